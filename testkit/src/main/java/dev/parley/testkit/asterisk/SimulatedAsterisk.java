package dev.parley.testkit.asterisk;

import dev.parley.audio.Sound;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An Asterisk 22 for tests: ARI, its events and the media websocket on one port of the loopback interface, and callers that
 * dial in. It answers, refuses, queues and paces as the real one was seen to do, so that what passes here is not code for a
 * laboratory; what it does not have it refuses with 501.
 *
 * <p>Everything in it runs on one thread of 20 ms ticks, every method here may be called from any thread. It costs nothing
 * while nobody calls; several can run in one JVM.
 *
 * {@snippet :
 * try (var asterisk = SimulatedAsterisk.start(0, "parley")) {
 *     var call = asterisk.dial("+15551234", "100", "en");   // once the gateway is connected
 *     call.say(samples);
 * }
 * }
 */
public final class SimulatedAsterisk implements AutoCloseable {
    /** The user that may use ARI, and its password. */
    public static final String USER = "parley";

    public static final String PASSWORD = "parley";

    private static final Logger LOG = LoggerFactory.getLogger(SimulatedAsterisk.class);

    private final String name;
    private final String app;
    private final Faults faults = new Faults();
    private final Switchboard board;
    private final AriServer server;
    private final AtomicReference<String> crash = new AtomicReference<>();
    private final AtomicBoolean closed = new AtomicBoolean();
    private final int port;

    private SimulatedAsterisk(int port, String name, String app) {
        this.name = name;
        this.app = app;
        this.board = new Switchboard(name, faults);
        this.server = new AriServer(board, USER + ":" + PASSWORD, name, this::crash);
        board.clock.start();
        this.port = server.listen(port);
    }

    /**
     * Starts one on a port of 127.0.0.1.
     *
     * @param port 0 for any that is free
     * @param app the Stasis application that calls are sent to
     */
    public static SimulatedAsterisk start(int port, String app) {
        return start(port, "sim", app);
    }

    /** Starts one that says it is called {@code name}. */
    public static SimulatedAsterisk start(int port, String name, String app) {
        return new SimulatedAsterisk(port, name, app);
    }

    public int port() {
        return port;
    }

    /** What {@code GET /asterisk/info} gives as its name. */
    public String name() {
        return name;
    }

    /** Where it listens, such as {@code http://127.0.0.1:8088}; ARI is below {@code /ari}. */
    public URI uri() {
        return URI.create("http://127.0.0.1:" + port);
    }

    /** What tests let go wrong. */
    public Faults faults() {
        return faults;
    }

    /**
     * Calls in. The dialplan sends the call to the application at once; where nobody is connected for it, Stasis() fails
     * ({@code STASISSTATUS=FAILED}) and the call is over before this returns.
     *
     * @param caller the caller's number
     * @param called the number that was dialled
     * @param language the channel's language, such as {@code en}
     */
    public SimulatedCall dial(String caller, String called, String language) {
        return board.clock.call(() -> {
            CountDownLatch over = new CountDownLatch(1);
            CallerChannel channel = new CallerChannel(
                    board.newChannelId(),
                    board.newChannelName("PJSIP/" + caller.replaceAll("[^0-9A-Za-z]", "")),
                    caller,
                    called,
                    language,
                    board,
                    over::countDown);
            board.add(channel);
            if (!board.enterStasis(channel, app, List.of())) {
                LOG.atWarn()
                        .addKeyValue("app", app)
                        .log("nobody is connected for the application: STASISSTATUS=FAILED");
                board.destroy(channel, 0);
            }
            return new SimulatedCall(board, channel, over);
        });
    }

    /** Whether somebody's events websocket is connected for the application. */
    public boolean isAppConnected() {
        return board.clock.call(() -> board.events.isConnected(app));
    }

    /** Breaks the media websocket of an external-media channel, which ends with it. */
    public void dropMedia(String channelId) {
        board.clock.execute(() -> {
            if (board.channels.get(channelId) instanceof MediaChannel leg) {
                board.destroy(leg, 0);
            }
        });
    }

    /** Breaks the application's events websocket. */
    public void cutEvents() {
        server.cutEvents(app);
    }

    /** Installs a sound that {@code sound:NAME} plays. */
    public void installSound(String soundName, Sound sound) {
        board.clock.execute(() -> board.media.install(soundName, sound));
    }

    /** Adds a phone that calls can be originated to, such as {@code PJSIP/bob}. */
    public SimulatedPhone addPhone(String endpoint) {
        SimulatedPhone phone = new SimulatedPhone();
        board.clock.execute(() -> board.originate.add(endpoint, phone));
        return phone;
    }

    /** Adds an extension to the dialplan, at which a call can {@code continue} and stays alive. */
    public void addExtension(String context, String extension) {
        board.clock.execute(() -> board.extensions.add(context + "," + extension));
    }

    /** All REST requests so far, in the order in which they were answered. */
    public List<AriRequest> requests() {
        return server.requests();
    }

    /** The ids of all channels that live, callers' ones and others: what is left after a call is a leak. */
    public List<String> liveChannels() {
        return board.clock.call(() -> List.copyOf(board.channels.keySet()));
    }

    /** The ids of all bridges that live. */
    public List<String> liveBridges() {
        return board.clock.call(() -> List.copyOf(board.bridges.keySet()));
    }

    /** The ids of all playbacks that are queued or playing, in the order in which they were asked for. */
    public List<String> livePlaybacks() {
        return board.clock.call(() -> board.playbacks.ids());
    }

    /** How many of the callers' frames no media websocket could take: a client that reads too slowly loses them. */
    public long mediaFramesDropped() {
        return board.mediaFramesDropped.get();
    }

    /** Why it crashed, if it did. */
    public Optional<String> crashed() {
        return Optional.ofNullable(crash.get());
    }

    /** The processor time that its one thread takes for each tick of 20 ms, on the mean, with all that it does. */
    public Duration cpuPerTick() {
        return Duration.ofNanos(board.clock.cpuNanosPerTick());
    }

    private void crash(String reason) {
        LOG.atError().addKeyValue("reason", reason).log("the simulated Asterisk has crashed");
        crash.set(reason);
        Thread.ofVirtual().name("asterisk-crash").start(this::close);
    }

    /** Closes every socket and ends every call, without any event. */
    @Override
    public void close() {
        if (closed.getAndSet(true)) {
            return;
        }
        server.close();
        board.clock.close();
        new ArrayList<>(board.channels.values()).forEach(Channel::ended);
        board.channels.clear();
        board.bridges.clear();
        board.media.close();
    }
}
