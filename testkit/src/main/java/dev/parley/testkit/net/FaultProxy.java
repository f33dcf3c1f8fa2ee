package dev.parley.testkit.net;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * Passes TCP connections on, and does to them what {@link Faults} say: delays, resets, and connections that overtake each other. The same seed draws the same
 * numbers; which connection gets which is the scheduler's business. A virtual thread for each direction of a connection.
 */
public final class FaultProxy implements AutoCloseable {
    private static final Duration LOOK_EVERY = Duration.ofMillis(20);

    private final ServerSocket listening;
    private final InetSocketAddress target;
    private final Random random;
    private final Set<Link> links = ConcurrentHashMap.newKeySet();
    private final AtomicInteger accepted = new AtomicInteger();
    private final AtomicInteger cut = new AtomicInteger();
    private volatile Faults faults = Faults.NONE;
    private volatile boolean refusing;

    /** @param flowing directions that have not ended yet */
    private record Link(Socket client, Socket server, AtomicInteger flowing) {
        Link(Socket client, Socket server) {
            this(client, server, new AtomicInteger(2));
        }

        void reset() {
            for (var socket : List.of(client, server)) {
                try (socket) {
                    socket.setSoLinger(true, 0);
                } catch (IOException e) {
                    // It was closed already.
                }
            }
        }
    }

    private FaultProxy(ServerSocket listening, InetSocketAddress target, long seed) {
        this.listening = listening;
        this.target = target;
        this.random = new Random(seed);
    }

    /**
     * Begins to pass on, without faults.
     *
     * @param port to listen at on 127.0.0.1; 0: any
     */
    public static FaultProxy start(int port, InetSocketAddress target, long seed) throws IOException {
        var proxy = new FaultProxy(new ServerSocket(port, 64, InetAddress.getByName("127.0.0.1")), target, seed);
        Thread.ofVirtual().name("proxy accepts").start(proxy::accept);
        Thread.ofVirtual().name("proxy cuts").start(proxy::cutNowAndThen);
        return proxy;
    }

    /** The port that it listens at. */
    public int port() {
        return listening.getLocalPort();
    }

    /** From now on; connections that are up included. */
    public void faults(Faults next) {
        faults = next;
    }

    /** Nobody gets through: what is up is reset, what is new is refused at once, until {@link #mend}. */
    public void sever() {
        refusing = true;
        links.forEach(this::cut);
    }

    /** The end of {@link #sever}. */
    public void mend() {
        refusing = false;
    }

    /** Connections that were taken, of all time. */
    public int accepted() {
        return accepted.get();
    }

    /** Connections that were reset by this proxy, of all time. */
    public int cut() {
        return cut.get();
    }

    @Override
    public void close() throws IOException {
        listening.close();
        links.forEach(Link::reset);
    }

    private void accept() {
        while (!listening.isClosed()) {
            try {
                var client = listening.accept();
                if (refusing) {
                    new Link(client, client).reset();
                } else {
                    accepted.incrementAndGet();
                    Thread.ofVirtual().name("proxy connects").start(() -> connect(client));
                }
            } catch (IOException e) {
                // The proxy is being closed, or the caller has gone again.
            }
        }
    }

    private void connect(Socket client) {
        hold();
        var server = new Socket();
        try {
            server.connect(target, 5000);
            client.setTcpNoDelay(true);
            server.setTcpNoDelay(true);
        } catch (IOException e) {
            new Link(client, server).reset();
            return;
        }
        var link = new Link(client, server);
        links.add(link);
        Thread.ofVirtual().name("proxy to server").start(() -> pump(link, client, server));
        Thread.ofVirtual().name("proxy to client").start(() -> pump(link, server, client));
    }

    private void pump(Link link, Socket from, Socket to) {
        var buffer = new byte[16 * 1024];
        try {
            int length;
            while ((length = from.getInputStream().read(buffer)) >= 0) {
                hold();
                to.getOutputStream().write(buffer, 0, length);
            }
            to.shutdownOutput();
            if (link.flowing().decrementAndGet() > 0) {
                return; // The other direction may still flow.
            }
        } catch (IOException e) {
            // One side has gone: so has the connection.
        }
        links.remove(link);
        link.reset();
    }

    private void hold() {
        long millis = faults.delay().toMillis();
        if (millis > 0) {
            LockSupport.parkNanos(Duration.ofMillis(draw(millis + 1)).toNanos());
        }
    }

    private void cutNowAndThen() {
        while (!listening.isClosed()) {
            LockSupport.parkNanos(LOOK_EVERY.toNanos());
            long between = faults.betweenCuts().toMillis();
            if (between > 0 && draw(between) < LOOK_EVERY.toMillis()) {
                List<Link> open = new ArrayList<>(links);
                if (!open.isEmpty()) {
                    cut(open.get((int) draw(open.size())));
                }
            }
        }
    }

    private void cut(Link link) {
        if (links.remove(link)) {
            cut.incrementAndGet();
            link.reset();
        }
    }

    private long draw(long bound) {
        synchronized (random) {
            return random.nextLong(bound);
        }
    }
}
