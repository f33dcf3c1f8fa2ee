package dev.parley.testkit.sip;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A telephone that calls by SIP over UDP (RFC 3261, RFC 3264), as many calls at once as are wanted. It answers the server's challenge
 * and does not register: it calls, and is not called. Any thread may use it.
 */
public final class SipPhone implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SipPhone.class);

    private final DatagramSocket socket;
    private final InetSocketAddress server;
    private final String user;
    private final String password;
    private final Map<String, SipCall> calls = new ConcurrentHashMap<>();
    private volatile boolean closed;

    /**
     * @param server where Asterisk listens for SIP over UDP
     * @param user name of the endpoint there
     * @throws SipRefused where this machine has no way to it
     */
    public SipPhone(InetSocketAddress server, String user, String password) {
        this.server = server;
        this.user = user;
        this.password = password;
        try {
            socket = new DatagramSocket(0, addressTowards(server));
        } catch (SocketException e) {
            throw new SipRefused("no way to " + server + ": " + e.getMessage());
        }
        Thread.ofPlatform().name("sip-in").daemon().start(this::receive);
    }

    private static InetAddress addressTowards(InetSocketAddress server) throws SocketException {
        if (server.isUnresolved()) {
            throw new SipRefused("the name " + server.getHostString() + " is not known");
        }
        try (DatagramSocket probe = new DatagramSocket()) {
            probe.connect(server);
            return probe.getLocalAddress();
        }
    }

    /**
     * Calls, and returns once the other side has answered.
     *
     * @throws SipRefused naming the status, where it does not within that time
     */
    public SipCall dial(String extension, Duration atMost) throws InterruptedException {
        SipCall call = ring(extension);
        call.awaitAnswer(atMost);
        return call;
    }

    /** Calls, and returns while it may still ring. */
    public SipCall ring(String extension) {
        SipCall call = new SipCall(this, extension);
        calls.put(call.callId(), call);
        call.invite();
        return call;
    }

    InetSocketAddress server() {
        return server;
    }

    InetAddress address() {
        return socket.getLocalAddress();
    }

    int port() {
        return socket.getLocalPort();
    }

    String user() {
        return user;
    }

    String password() {
        return password;
    }

    void send(SipMessage message) {
        byte[] bytes = message.bytes();
        try {
            socket.send(new DatagramPacket(bytes, bytes.length, server));
        } catch (IOException e) {
            if (!closed) {
                LOG.atWarn().addKeyValue("fault", e.getMessage()).log("A SIP message could not be sent");
            }
        }
    }

    void forget(SipCall call) {
        calls.remove(call.callId());
    }

    private void receive() {
        byte[] buffer = new byte[65_535];
        while (!closed) {
            try {
                DatagramPacket datagram = new DatagramPacket(buffer, buffer.length);
                socket.receive(datagram);
                if (datagram.getLength() > 4) { // less is a keep-alive
                    dispatch(SipMessage.parse(buffer, datagram.getLength()));
                }
            } catch (IOException e) {
                if (!closed) {
                    LOG.atWarn().addKeyValue("fault", e.getMessage()).log("A SIP message could not be received");
                }
            } catch (IllegalArgumentException e) {
                LOG.atWarn().addKeyValue("fault", e.getMessage()).log("Not SIP");
            }
        }
    }

    private void dispatch(SipMessage message) {
        SipCall call = calls.get(message.header("Call-ID").orElse(""));
        if (call != null) {
            call.received(message);
        } else if (!message.isResponse() && !message.method().equals("ACK")) {
            send(message.response(
                    message.method().equals("BYE") ? "481 Call/Transaction Does Not Exist" : "200 OK", List.of(), ""));
        }
    }

    /** Hangs all its calls up. */
    @Override
    public void close() {
        calls.values().forEach(SipCall::hangUp);
        closed = true;
        socket.close();
    }
}
