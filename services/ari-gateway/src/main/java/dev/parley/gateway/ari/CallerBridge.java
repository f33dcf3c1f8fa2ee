package dev.parley.gateway.ari;

import dev.parley.ari.Bridge;
import dev.parley.ari.BridgeCalls;
import dev.parley.ari.Outcome;
import dev.parley.ari.Playback;
import dev.parley.runtime.config.PlaybackTarget;
import dev.parley.schemas.CallBridge;
import dev.parley.schemas.SoundPath;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Keeps one caller in the bridge that the bot is heard in (PLAYBACK_TARGET=bridge): makes it, puts the caller in, and takes it down; after
 * an interruption, with BARGE_IN_MODE=hard, makes another, moves the caller and removes the old one, once for each {@code voidBefore}. Where
 * the channel itself is played to there is none. Lives on the call's event loop; one request to Asterisk at a time.
 */
final class CallerBridge {
    private static final long RETRY_MICROS = 250_000;
    private static final int REMOVE_ATTEMPTS = 5;
    private static final long REMOVE_PAUSE_MILLIS = 200;

    private final Exchange exchange;
    private final String channelId;
    /** Those that were asked for and are not known to be gone. */
    private final List<CallBridge> made = new ArrayList<>();
    /** What plays to it, or did when the caller left. */
    private final Map<String, Playback> playing = new HashMap<>();

    private Runnable left = () -> {};
    private @Nullable CallBridge in;
    private long voidBefore;
    private boolean away;
    private boolean done;
    private long retryAt;
    private int removals = REMOVE_ATTEMPTS;
    private Future<Void> underWay = Future.succeededFuture();

    CallerBridge(Exchange exchange, String channelId) {
        this.exchange = exchange;
        this.channelId = channelId;
        this.voidBefore = hard() ? exchange.voidBefore().applyAsLong(Call.idOf(exchange, channelId)) : 0;
        this.done = !exchange.rules().target().isBridge();
    }

    /** That of a call which a process before this one has left; what it has not at all is made at the next tick. */
    static CallerBridge found(Exchange exchange, String channelId, List<Bridge> present) {
        var found = new CallerBridge(exchange, channelId);
        for (Bridge bridge : present) {
            CallBridge.of(bridge.id())
                    .filter(ours -> ours.channelId().equals(channelId))
                    .ifPresent(ours -> {
                        found.made.add(ours);
                        if (bridge.channelIds().contains(channelId)) {
                            found.in = ours;
                            found.voidBefore = Math.max(found.voidBefore, found.hard() ? ours.voidBefore() : 0);
                        }
                    });
        }
        return found;
    }

    private boolean hard() {
        return exchange.rules().target() == PlaybackTarget.REBUILT_BRIDGE;
    }

    /** @param listener is told when a bridge is gone that the caller was in: Asterisk need not tell of the end of what played there */
    void whenLeft(Runnable listener) {
        left = listener;
    }

    /** @return done when the caller is in it, or that has to be tried again; never fails */
    Future<Void> open() {
        return settle();
    }

    /** Tries again what has failed. */
    void tick(long now) {
        if (underWay.isComplete() && now >= retryAt) {
            settle();
        }
    }

    /** What answers a turn before this frame is void. */
    void voidBefore(long frame) {
        if (hard() && frame > voidBefore) {
            voidBefore = frame;
            settle();
        }
    }

    void playing(Playback playback) {
        playing.put(playback.id(), playback);
    }

    void played(String playbackId) {
        if (playing.remove(playbackId) != null) {
            settle();
        }
    }

    /** Another bridge, or a ringing tone, is to have the caller. @return done when that can be; never fails */
    Future<Void> leave() {
        away = true;
        return settle();
    }

    void comeBack() {
        away = false;
        settle();
    }

    /** Whether a playback ended since the caller was taken away from it. */
    boolean hasLeft(String playbackId) {
        Playback playback = playing.get(playbackId);
        return playback != null
                && CallBridge.of(playback.bridgeId())
                        .filter(bridge -> away || !bridge.equals(wanted()))
                        .isPresent();
    }

    boolean owns(String bridgeId) {
        return CallBridge.of(bridgeId).filter(made::contains).isPresent();
    }

    /** The call is over. @return done when nothing of it is left, or was given up; never fails */
    Future<Void> close() {
        done = true;
        return settle();
    }

    Future<Void> closed() {
        return underWay;
    }

    // ---- One step after the other

    private CallBridge wanted() {
        CallBridge present = in;
        boolean mayLeave = playing.values().stream().allMatch(one -> SoundPath.isInterruptible(one.mediaUri()));
        return mayLeave || present == null ? new CallBridge(channelId, voidBefore) : present;
    }

    private Future<Void> settle() {
        underWay = underWay.isComplete() ? next() : underWay.compose(_ -> next());
        return underWay;
    }

    private Future<Void> next() {
        Future<Boolean> step = step();
        if (step == null) {
            return Future.succeededFuture();
        }
        return step.transform(result -> {
            if (result.succeeded() && result.result()) {
                return next();
            }
            retryAt = exchange.clock().micros() + RETRY_MICROS;
            return done && --removals > 0
                    ? exchange.vertx()
                            .timer(REMOVE_PAUSE_MILLIS, TimeUnit.MILLISECONDS)
                            .compose(_ -> next())
                    : Future.succeededFuture();
        });
    }

    /** What is to be done first, and whether it was; null where all is as it should be. */
    private @Nullable Future<Boolean> step() {
        CallBridge present = in;
        if (done) {
            return made.isEmpty() ? null : destroy(made.getFirst());
        }
        if (away) {
            return present == null ? null : takeOutOf(present);
        }
        CallBridge wanted = wanted();
        if (!wanted.equals(present)) {
            return putInto(wanted);
        }
        return made.stream()
                .filter(bridge -> !bridge.equals(wanted))
                .findFirst()
                .map(this::destroy)
                .orElse(null);
    }

    private Future<Boolean> putInto(CallBridge bridge) {
        if (!made.contains(bridge)) {
            made.add(bridge);
        }
        return bridges()
                .createMixing(bridge.id(), bridge.id())
                .compose(_ -> bridges().addChannels(bridge.id(), List.of(channelId)))
                .map(added -> {
                    if (added.done()) {
                        in = bridge;
                    }
                    return added.done();
                });
    }

    private Future<Boolean> takeOutOf(CallBridge bridge) {
        return bridges().removeChannel(bridge.id(), channelId).map(answer -> {
            if (!(answer instanceof Outcome.Refused)) {
                in = null;
            }
            return in == null;
        });
    }

    private Future<Boolean> destroy(CallBridge bridge) {
        return bridges().destroy(bridge.id()).map(answer -> {
            if (answer.doneOrGone()) {
                made.remove(bridge);
                left.run();
            }
            return answer.doneOrGone();
        });
    }

    private BridgeCalls bridges() {
        return exchange.ari().bridges();
    }
}
