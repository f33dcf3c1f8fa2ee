package dev.parley.gateway.ari;

import static java.util.concurrent.TimeUnit.MILLISECONDS;

import dev.parley.ari.AriClient;
import dev.parley.ari.AriFault;
import dev.parley.ari.MediaSockets;
import dev.parley.ari.MediaStart;
import dev.parley.ari.Outcome;
import dev.parley.gateway.domain.TapName;
import dev.parley.gateway.domain.TapPhase;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries a caller's audio, and nothing that is played to the caller, from Asterisk to here: an external-media channel with a media
 * websocket, in a bridge with a snoop channel on the caller or with the caller alone. Lives on one event loop.
 *
 * <p>{@link #close} may be called at any moment: it waits for the requests that are under way and then removes all that was ever
 * asked for, whether or not Asterisk said that it was made.
 */
final class Tap {
    private static final Logger LOG = LoggerFactory.getLogger(Tap.class);

    /** An external-media channel enters the application a moment after its socket is open; until then it cannot be bridged. */
    private static final int JOIN_ATTEMPTS = 40;

    private static final long JOIN_PAUSE_MILLIS = 25;
    private static final int REMOVE_ATTEMPTS = 5;
    private static final long REMOVE_PAUSE_MILLIS = 200;

    /** What the external-media channel is bridged with. */
    enum Way {
        /** A snoop channel: the caller stays outside of the bridge, where playbacks can be heard. Asterisk sends silence when the caller sends nothing. */
        SNOOP,
        /** The caller: what is sent over the socket is heard by the caller. Nothing comes when the caller sends nothing. */
        LEG,
        /** A snoop channel that carries what the caller is sent. */
        BOT
    }

    /** What becomes of it. */
    interface Listener {
        /** It is built; a leg can be spoken through from now on. */
        default void opened(Tap tap, MediaSockets.MediaSocket socket) {}

        /** See {@link MediaSockets.Listener#marked}. */
        default void marked(Tap tap, String mark) {}

        /** See {@link MediaSockets.Listener#status}. */
        default void status(Tap tap, int framesLeft) {}

        void audio(Tap tap, byte[] samples);

        /** It could not be built, or its socket has closed; nothing more comes, and {@link #close} is still due. */
        void broken(Tap tap, String why);

        /** It could not be built because Asterisk did not answer, which says nothing about the caller; {@link #close} is still due. */
        void unreachable(Tap tap, String why);

        /** A channel or bridge could not be removed. */
        void leftBehind(Tap tap, String what);
    }

    private final Vertx vertx;
    private final AriClient ari;
    private final MediaSockets sockets;
    private final Way way;
    private final TapName name;
    private final Listener listener;
    private final String mediaId = TapName.newMediaId();
    private final Promise<Void> closed = Promise.promise();

    private TapPhase phase = TapPhase.NEW;
    private Future<Void> building = Future.succeededFuture();
    private MediaSockets.@Nullable MediaSocket socket;

    Tap(Vertx vertx, AriClient ari, MediaSockets sockets, Way way, TapName name, Listener listener) {
        this.way = way;
        this.vertx = vertx;
        this.ari = ari;
        this.sockets = sockets;
        this.name = name;
        this.listener = listener;
    }

    TapName name() {
        return name;
    }

    /** Whether this is the id of its snoop, external-media channel or bridge. */
    boolean owns(String partId) {
        return partId.equals(mediaId) || partId.equals(name.snoopId()) || partId.equals(name.bridgeId());
    }

    TapPhase phase() {
        return phase;
    }

    void open() {
        phase = phase.to(TapPhase.BUILDING);
        String application = ari.server().application();
        Future<?> snoop =
                switch (way) {
                    case LEG -> Future.succeededFuture();
                    case SNOOP ->
                        ari.channels()
                                .snoopOnCaller(name.channelId(), name.snoopId(), application)
                                .compose(Tap::mustBeDone);
                    case BOT ->
                        ari.channels()
                                .snoopOnBot(name.channelId(), name.snoopId(), application)
                                .compose(Tap::mustBeDone);
                };
        var media = ari.channels()
                .externalMedia(mediaId, application)
                .compose(Tap::mustBeDone)
                .compose(leg -> connect(leg.connectionId()));
        var bridge =
                ari.bridges().createMixing(name.bridgeId(), name.bridgeName()).compose(Tap::mustBeDone);
        building = Future.join(snoop, media, bridge).compose(_ -> join(JOIN_ATTEMPTS));
        building.onComplete(result -> {
            if (phase != TapPhase.BUILDING) {
                return;
            }
            if (result.succeeded()) {
                phase = phase.to(TapPhase.OPEN);
                if (socket != null) {
                    listener.opened(this, socket);
                }
            } else {
                String why = String.valueOf(result.cause().getMessage());
                if (result.cause() instanceof AriFault) {
                    listener.unreachable(this, why);
                } else {
                    listener.broken(this, why);
                }
            }
        });
    }

    private Future<Void> connect(String connectionId) {
        if (phase != TapPhase.BUILDING) {
            return Future.failedFuture("not wanted any more");
        }
        return sockets.open(connectionId, new MediaSockets.Listener() {
                    @Override
                    public void started(MediaStart start) {
                        LOG.atDebug()
                                .addKeyValue("channelId", name.channelId())
                                .addKeyValue("start", start)
                                .log("media");
                    }

                    @Override
                    public void audio(byte[] samples) {
                        if (phase == TapPhase.BUILDING || phase == TapPhase.OPEN) {
                            listener.audio(Tap.this, samples);
                        }
                    }

                    @Override
                    public void marked(String mark) {
                        if (phase == TapPhase.OPEN) {
                            listener.marked(Tap.this, mark);
                        }
                    }

                    @Override
                    public void status(int framesLeft) {
                        if (phase == TapPhase.OPEN) {
                            listener.status(Tap.this, framesLeft);
                        }
                    }

                    @Override
                    public void closed() {
                        if (phase == TapPhase.OPEN) {
                            listener.broken(Tap.this, "socket");
                        }
                    }
                })
                .map(open -> {
                    socket = open;
                    return null;
                });
    }

    private Future<Void> join(int attemptsLeft) {
        if (phase != TapPhase.BUILDING) {
            return Future.failedFuture("not wanted any more");
        }
        return ari.bridges()
                .addChannels(name.bridgeId(), List.of(way == Way.LEG ? name.channelId() : name.snoopId(), mediaId))
                .compose(outcome -> {
                    if (outcome instanceof Outcome.Conflict && attemptsLeft > 1) {
                        return vertx.timer(JOIN_PAUSE_MILLIS, MILLISECONDS).compose(_ -> join(attemptsLeft - 1));
                    }
                    return mustBeDone(outcome).mapEmpty();
                });
    }

    /** Closes the media socket and leaves the rest as it is. */
    void abandon() {
        phase = TapPhase.CLOSED;
        if (socket != null) {
            socket.close();
        }
    }

    /** Removes it. @return done when nothing of it is left, or was given up; never fails */
    Future<Void> close() {
        switch (phase) {
            case NEW -> {
                phase = phase.to(TapPhase.CLOSED);
                closed.complete();
            }
            case BUILDING, OPEN -> {
                phase = phase.to(TapPhase.CLOSING);
                building.transform(_ -> removeAll()).onComplete(_ -> {
                    phase = phase.to(TapPhase.CLOSED);
                    closed.complete();
                });
            }
            case CLOSING, CLOSED -> {}
        }
        return closed.future();
    }

    private Future<?> removeAll() {
        if (socket != null) {
            socket.close();
        }
        return Future.join(
                remove("bridge", REMOVE_ATTEMPTS, () -> ari.bridges().destroy(name.bridgeId())),
                way == Way.LEG
                        ? Future.succeededFuture()
                        : remove("snoop", REMOVE_ATTEMPTS, () -> ari.channels().hangUp(name.snoopId())),
                remove("external media", REMOVE_ATTEMPTS, () -> ari.channels().hangUp(mediaId)));
    }

    private Future<Void> remove(String what, int attemptsLeft, Supplier<Future<Outcome<Outcome.Nothing>>> request) {
        return request.get().transform(result -> {
            if (result.succeeded() && result.result().doneOrGone()) {
                return Future.succeededFuture();
            }
            if (attemptsLeft > 1) {
                return vertx.timer(REMOVE_PAUSE_MILLIS, MILLISECONDS)
                        .compose(_ -> remove(what, attemptsLeft - 1, request));
            }
            listener.leftBehind(this, what);
            return Future.succeededFuture();
        });
    }

    private static <T> Future<T> mustBeDone(Outcome<T> outcome) {
        return switch (outcome) {
            case Outcome.Done<T>(int _, T value) -> Future.succeededFuture(value);
            case Outcome.NotFound<T>(int _, String message) -> Future.failedFuture(message);
            case Outcome.Conflict<T>(int _, String message) -> Future.failedFuture(message);
            case Outcome.Refused<T>(int _, String message) -> Future.failedFuture(message);
        };
    }
}
