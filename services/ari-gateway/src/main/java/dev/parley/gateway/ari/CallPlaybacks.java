package dev.parley.gateway.ari;

import dev.parley.ari.Outcome;
import dev.parley.ari.Playback;
import dev.parley.gateway.domain.CallPhase;
import dev.parley.gateway.domain.InactivityMonitor;
import dev.parley.records.Heard;
import dev.parley.records.PlaybackEventType;
import dev.parley.records.ReplyKind;
import dev.parley.schemas.CallBridge;
import dev.parley.schemas.PlaybackId;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What Asterisk plays to one call: marks the frames that it is heard in, and publishes its beginning and end, each once. Lives on the
 * call's event loop.
 */
final class CallPlaybacks {
    /** Asterisk can lose a PlaybackFinished; so often what seems to play is asked for. */
    private static final long CHECK_EVERY = 5_000_000;

    private static final long CHECK_AFTER_LEFT = 200_000;

    private final Call call;
    private final Exchange exchange;
    private final InactivityMonitor monitor;
    private long checkAt;

    CallPlaybacks(Call call, Exchange exchange, InactivityMonitor monitor) {
        this.call = call;
        this.exchange = exchange;
        this.monitor = monitor;
        this.checkAt = call.now() + CHECK_EVERY;
    }

    /** Playbacks of others, whose ids say nothing to us, are none of ours. */
    void started(String playbackId) {
        if (call.phase() != CallPhase.ENDED && begins(playbackId)) {
            publish(playbackId, PlaybackEventType.STARTED, null);
        }
    }

    /** What a leg has to say beyond beginnings and ends. */
    void tell(String playbackId, PlaybackEventType type, Optional<String> reason) {
        call.records().publish(call.records().playback(playbackId, type, reason.orElse(null)));
    }

    /** A leg stopped it for an interruption. */
    void stopped(String playbackId, long voidBefore) {
        call.records()
                .publish(call.records()
                        .playback(playbackId, PlaybackEventType.STOPPED, "barge-in")
                        .setBargeInFrame(voidBefore));
    }

    /**
     * It is over, and so much of it was sent to the caller.
     *
     * @param reason why that is not all
     */
    void heard(String playbackId, int millis, Optional<String> reason) {
        PlaybackId.parse(playbackId).ifPresent(ours -> {
            boolean wasHeard = call.timeline().playbackFinished(playbackId);
            if (wasHeard && ours.kind() == ReplyKind.ANSWER) {
                monitor.answerEnded(call.now());
            }
            call.records()
                    .publish(call.records()
                            .playback(playbackId, PlaybackEventType.FINISHED, reason.orElse(null))
                            .setHeardMs(millis));
            call.playbackEnded(playbackId);
        });
    }

    /** Its beginning is on the topics already. */
    void wasPlaying(String playbackId) {
        begins(playbackId);
    }

    private boolean begins(String playbackId) {
        Optional<PlaybackId> ours = PlaybackId.parse(playbackId);
        boolean isNew = ours.isPresent()
                && call.timeline().playbackStarted(playbackId, ours.get().kind());
        if (isNew && ours.get().kind() == ReplyKind.ANSWER) {
            monitor.answerBegan(call.now());
        }
        return isNew;
    }

    /** Also of one that never began: it was deleted while it was queued. */
    void finished(Playback playback) {
        boolean failed = playback.state() == Playback.State.FAILED;
        if (failed && call.bridge().hasLeft(playback.id())) {
            finished(playback.id(), PlaybackEventType.FINISHED, CallBridge.LEFT);
            return;
        }
        finished(
                playback.id(), failed ? PlaybackEventType.FAILED : PlaybackEventType.FINISHED, failed ? "media" : null);
    }

    private void finished(String playbackId, PlaybackEventType type, @Nullable String reason) {
        PlaybackId.parse(playbackId).ifPresent(ours -> {
            boolean wasHeard = call.timeline().playbackFinished(playbackId);
            if (wasHeard && ours.kind() == ReplyKind.ANSWER) {
                monitor.answerEnded(call.now());
            }
            publish(playbackId, type, reason);
            call.playbackEnded(playbackId);
        });
    }

    void tick(long now) {
        if (now >= checkAt) {
            checkNow();
        }
    }

    /** Asks Asterisk for all that seems to play. */
    void checkNow() {
        checkAt = call.now() + CHECK_EVERY;
        if (exchange.rules().stream()) {
            return; // A leg loses no events, and Asterisk knows nothing of what it plays.
        }
        for (Heard heard : call.timeline().playing()) {
            String playbackId = heard.getPlaybackId();
            exchange.ari().playbacks().get(playbackId).onSuccess(outcome -> {
                boolean over = outcome instanceof Outcome.NotFound
                        || outcome.result()
                                .filter(playback -> playback.state() == Playback.State.DONE)
                                .isPresent();
                if (over && isPlaying(playbackId)) {
                    boolean left = call.bridge().hasLeft(playbackId);
                    finished(playbackId, PlaybackEventType.FINISHED, left ? CallBridge.LEFT : "event-lost");
                }
            });
        }
    }

    /** What played in a bridge that is gone has ended, or is about to; Asterisk need not tell. */
    void bridgeLeft() {
        checkNow();
        checkAt = call.now() + CHECK_AFTER_LEFT;
    }

    /** Stops all that seems to play. That it has ended is told by Asterisk's events, as ever. */
    void stopAll() {
        call.timeline().playing().forEach(heard -> exchange.ari().playbacks().stop(heard.getPlaybackId()));
    }

    private boolean isPlaying(String playbackId) {
        return call.timeline().playing().stream()
                .anyMatch(heard -> heard.getPlaybackId().equals(playbackId));
    }

    private void publish(String playbackId, PlaybackEventType type, @Nullable String reason) {
        call.records().publish(call.records().playback(playbackId, type, reason));
    }
}
