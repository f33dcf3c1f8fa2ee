package dev.parley.testkit.sip;

import dev.parley.audio.Frames;
import dev.parley.testkit.line.LineRecording;
import dev.parley.testkit.line.PhoneCall;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A call of a {@link SipPhone}: a SIP dialog, and the sound that belongs to it. Any thread may use it. */
public final class SipCall implements PhoneCall {
    /** RFC 3261's T1, doubled with each repetition of a request that has no answer. */
    private static final long REPEAT_MILLIS = 500;

    private static final int REPEATS = 6;
    private static final Pattern MEDIA = Pattern.compile("(?m)^m=audio (\\d+) ");
    private static final Pattern CONNECTION = Pattern.compile("(?m)^c=IN IP4 (\\S+)");

    private final SipPhone phone;
    private final String extension;
    private final String callId = SipIds.random() + "@" + SipIds.random();
    private final String ownTag = SipIds.random();
    private final String uri;
    private final RtpLine rtp;
    private final CompletableFuture<SipMessage> answer = new CompletableFuture<>();
    private final CountDownLatch over = new CountDownLatch(1);

    private int sequence = 1;
    private int sdpVersion = 1;
    private String direction = "sendrecv";
    private @Nullable Pending pending;
    private @Nullable SipMessage ack;
    private @Nullable String peer;
    private @Nullable String target;

    /** A request without a final answer yet. */
    private record Pending(SipMessage request, String method, String requestUri, boolean proven) {}

    SipCall(SipPhone phone, String extension) {
        this.phone = phone;
        this.extension = extension;
        this.uri = "sip:" + extension + "@" + phone.server().getHostString() + ":"
                + phone.server().getPort();
        try {
            this.rtp = new RtpLine(phone.address());
        } catch (SocketException e) {
            throw new SipRefused("no port for the sound: " + e.getMessage());
        }
    }

    /** The call's Call-ID, which ARI shows as {@code protocol_id}. */
    public String callId() {
        return callId;
    }

    void invite() {
        request("INVITE", uri, offer());
    }

    /**
     * Waits until the other side has answered; the call is given up where it does not within that time.
     *
     * @throws SipRefused naming the status
     */
    public void awaitAnswer(Duration atMost) throws InterruptedException {
        try {
            SipMessage accepted = answer.get(atMost.toMillis(), TimeUnit.MILLISECONDS);
            talk(accepted);
        } catch (TimeoutException e) {
            synchronized (this) {
                if (pending != null) {
                    cancel(pending.request());
                }
            }
            end();
            throw new SipRefused("no answer from " + extension + " within " + atMost.toSeconds() + " s");
        } catch (ExecutionException e) {
            end();
            phone.forget(this);
            throw e.getCause() instanceof SipRefused refused ? refused : new SipRefused(e.toString());
        }
    }

    // ---------------------------------------------------------------- what a caller does

    @Override
    public String name() {
        return extension + "/" + callId;
    }

    @Override
    public int say(short[] samples) {
        return rtp.say(samples);
    }

    /** Presses a key, as an RFC 4733 event of 160 ms. */
    @Override
    public void press(String digit) {
        rtp.press(digit);
    }

    @Override
    public void stopSaying() {
        rtp.stopSaying();
    }

    @Override
    public void hold() {
        turn("sendonly");
    }

    @Override
    public void holdSilently() {
        rtp.silent(true);
        turn("inactive");
    }

    @Override
    public void unhold() {
        turn("sendrecv");
        rtp.silent(false);
    }

    /** Says anew which way sound goes, and waits until the other side has agreed: another such request before that would be refused. */
    private synchronized void turn(String wanted) {
        direction = wanted;
        request("INVITE", target(), offer());
        try {
            for (int i = 0; pending != null && i < REPEATS; i++) {
                wait(REPEAT_MILLIS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void stopRtp() {
        rtp.silent(true);
    }

    @Override
    public void resumeRtp() {
        rtp.silent(false);
    }

    @Override
    public void stallNetwork(Duration stall) {
        rtp.stall(Frames.covering(stall));
    }

    /** Hangs up; takes the call back where nobody has answered yet. */
    @Override
    public void hangUp() {
        if (!answer.isDone()) {
            synchronized (this) {
                if (pending != null) {
                    cancel(pending.request());
                }
            }
            return;
        }
        if (!isOver()) {
            request("BYE", target(), "");
            end();
        }
    }

    @Override
    public boolean isOver() {
        return over.getCount() == 0;
    }

    @Override
    public boolean awaitEnd(Duration atMost) throws InterruptedException {
        return over.await(atMost.toMillis(), TimeUnit.MILLISECONDS);
    }

    @Override
    public LineRecording sent() {
        return rtp.sent.copy();
    }

    @Override
    public LineRecording received() {
        return rtp.received.copy();
    }

    @Override
    public LineRecording receivedFrom(int frame) {
        return rtp.received.copyFrom(frame);
    }

    @Override
    public boolean awaitFrames(int frames) throws InterruptedException {
        return rtp.received.await(frames);
    }

    @Override
    public int frames() {
        return rtp.received.frames();
    }

    /** Every packet of sound that was received, with the instant of its arrival. */
    public List<RtpPacket> packets() {
        return rtp.packets();
    }

    // ---------------------------------------------------------------- the dialog

    private synchronized String target() {
        return target == null ? uri : target;
    }

    private synchronized void request(String method, String requestUri, String body) {
        sequence++;
        send(new Pending(message(method, requestUri, sequence, Optional.empty(), body), method, requestUri, false));
    }

    private void send(Pending request) {
        pending = request;
        phone.send(request.request());
        Thread.ofVirtual().name("sip-repeat").start(() -> repeat(request));
    }

    private void repeat(Pending request) {
        long wait = REPEAT_MILLIS;
        for (int i = 0; i < REPEATS; i++) {
            try {
                Thread.sleep(wait);
            } catch (InterruptedException e) {
                return;
            }
            wait *= 2;
            synchronized (this) {
                if (pending != request) {
                    return;
                }
            }
            phone.send(request.request());
        }
    }

    private SipMessage message(
            String method, String requestUri, int number, Optional<String> authorization, String body) {
        List<SipMessage.Header> headers = new ArrayList<>();
        String own = phone.address().getHostAddress() + ":" + phone.port();
        headers.add(
                new SipMessage.Header("Via", "SIP/2.0/UDP " + own + ";branch=z9hG4bK" + SipIds.random() + ";rport"));
        headers.add(new SipMessage.Header("Max-Forwards", "70"));
        headers.add(new SipMessage.Header(
                "From", "<sip:" + phone.user() + "@" + phone.server().getHostString() + ">;tag=" + ownTag));
        headers.add(new SipMessage.Header("To", peer == null ? "<" + uri + ">" : peer));
        headers.add(new SipMessage.Header("Call-ID", callId));
        headers.add(new SipMessage.Header("CSeq", number + " " + method));
        headers.add(new SipMessage.Header("Contact", "<sip:" + phone.user() + "@" + own + ">"));
        headers.add(new SipMessage.Header("User-Agent", "parley-testkit"));
        authorization.ifPresent(value -> headers.add(new SipMessage.Header("Authorization", value)));
        return new SipMessage(method + " " + requestUri + " SIP/2.0", headers, body);
    }

    private String offer() {
        String own = phone.address().getHostAddress();
        return "v=0\r\no=- 1 " + sdpVersion++ + " IN IP4 " + own + "\r\ns=-\r\nc=IN IP4 " + own + "\r\nt=0 0\r\n"
                + "m=audio " + rtp.port() + " RTP/AVP 0 101\r\na=rtpmap:0 PCMU/8000\r\n"
                + "a=rtpmap:101 telephone-event/8000\r\na=fmtp:101 0-15\r\na=ptime:20\r\n"
                + "a=" + direction + "\r\n";
    }

    synchronized void received(SipMessage message) {
        if (message.isResponse()) {
            response(message);
            return;
        }
        switch (message.method()) {
            case "ACK" -> {}
            case "BYE" -> {
                phone.send(message.response("200 OK", List.of(), ""));
                end();
                phone.forget(this);
            }
            case "INVITE" -> {
                talk(message);
                phone.send(message.response(
                        "200 OK",
                        List.of(new SipMessage.Header(
                                "Contact",
                                "<sip:" + phone.user() + "@" + phone.address().getHostAddress() + ":" + phone.port()
                                        + ">")),
                        offer()));
            }
            default -> phone.send(message.response("200 OK", List.of(), ""));
        }
    }

    private void response(SipMessage message) {
        Pending request = pending;
        if (request == null || !message.method().equals(request.method())) {
            if (ack != null && message.method().equals("INVITE") && message.status() / 100 == 2) {
                phone.send(ack); // It did not arrive.
            }
            return;
        }
        if (message.status() < 200) {
            return;
        }
        pending = null;
        notifyAll();
        if (request.method().equals("BYE") && message.status() / 100 == 2) {
            phone.forget(this);
        }
        boolean isInvite = request.method().equals("INVITE");
        if (message.status() / 100 == 2) {
            peer = message.header("To").orElse(peer);
            target = message.address("Contact").orElse(target);
            if (isInvite) {
                ack = message("ACK", target(), sequence, Optional.empty(), "");
                phone.send(ack);
                answer.complete(message);
            }
            return;
        }
        if (isInvite) {
            acknowledgeRefusal(request, message);
        }
        Optional<String> challenge = message.header("WWW-Authenticate").or(() -> message.header("Proxy-Authenticate"));
        if ((message.status() == 401 || message.status() == 407) && challenge.isPresent() && !request.proven()) {
            String proof = DigestAnswer.to(
                    challenge.get(), phone.user(), phone.password(), request.method(), request.requestUri());
            sequence++;
            send(new Pending(
                    message(
                            request.method(),
                            request.requestUri(),
                            sequence,
                            Optional.of(proof),
                            request.request().body()),
                    request.method(),
                    request.requestUri(),
                    true));
            return;
        }
        answer.completeExceptionally(
                new SipRefused(extension + " refused: " + message.startLine().substring(8)));
    }

    /** The ACK to a refusal belongs to the refused request: the same branch and number (RFC 3261, 17.1.1.3). */
    private void acknowledgeRefusal(Pending request, SipMessage refusal) {
        List<SipMessage.Header> headers = new ArrayList<>();
        for (SipMessage.Header header : request.request().headers()) {
            switch (header.name()) {
                case "To" ->
                    headers.add(new SipMessage.Header("To", refusal.header("To").orElse(header.value())));
                case "CSeq" ->
                    headers.add(new SipMessage.Header("CSeq", header.value().replace("INVITE", "ACK")));
                case "Authorization" -> {}
                default -> headers.add(header);
            }
        }
        phone.send(new SipMessage("ACK " + request.requestUri() + " SIP/2.0", headers, ""));
    }

    private void cancel(SipMessage invite) {
        List<SipMessage.Header> headers = new ArrayList<>();
        for (SipMessage.Header header : invite.headers()) {
            if (!header.name().equals("Authorization")) {
                headers.add(
                        header.name().equals("CSeq")
                                ? new SipMessage.Header("CSeq", header.value().replace("INVITE", "CANCEL"))
                                : header);
            }
        }
        phone.send(new SipMessage(invite.startLine().replaceFirst("INVITE", "CANCEL"), headers, ""));
    }

    private void talk(SipMessage withSdp) {
        Matcher port = MEDIA.matcher(withSdp.body());
        Matcher host = CONNECTION.matcher(withSdp.body());
        if (port.find() && host.find()) {
            rtp.talkTo(new InetSocketAddress(host.group(1), Integer.parseInt(port.group(1))));
        }
    }

    private void end() {
        rtp.close();
        over.countDown();
    }
}
