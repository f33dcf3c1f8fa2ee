package dev.parley.player.kafka;

import dev.parley.player.PlayerMeter;
import dev.parley.player.domain.Act;
import dev.parley.player.domain.Bystander;
import dev.parley.player.domain.Presence;
import dev.parley.player.speaking.Speaking;
import dev.parley.records.BargeIn;
import dev.parley.records.PlaybackEvent;
import dev.parley.records.PlaybackEventType;
import dev.parley.runtime.kafka.Received;
import dev.parley.schemas.BargeInKey;
import dev.parley.schemas.Fence;
import dev.parley.schemas.Topics;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The barge-in state of every call, owned or not. An owned call's records go on to its partition; for the others this instance does
 * what a dead owner could not. On the loop's thread.
 */
public final class BargeIns {
    /** A call whose tombstone never came is forgotten when this many others are known; the oldest first. */
    private static final int MOST_CALLS = 50_000;

    private final Stagehands hands;
    private final Telling telling;
    private final Bystander bystander = new Bystander();
    private final Map<Integer, PlayerPartition> owned = new HashMap<>();
    private final Map<String, Fence> fences = new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Fence> eldest) {
            return size() > MOST_CALLS;
        }
    };

    public BargeIns(Stagehands hands) {
        this.hands = hands;
        this.telling = new Telling(hands.metrics());
    }

    void own(int number, PlayerPartition partition) {
        owned.put(number, partition);
    }

    void disown(int number) {
        owned.remove(number);
    }

    /** The fence of a call; one that voids nothing where there is none yet. */
    Fence fence(String callId) {
        return fences.computeIfAbsent(callId, any -> new Fence());
    }

    /** The next record of the control topic. */
    public void receive(Received<BargeIn> record) {
        BargeIn view = record.value();
        if (view == null) {
            String callId = BargeInKey.parse(record.key()).callId();
            bystander.forget(callId);
            fences.remove(callId);
            return;
        }
        long now = hands.now();
        @Nullable PlayerPartition owner = owned.get(record.partition());
        if (owner != null && owner.plays(view.getCallId())) {
            owner.bargeIn(view, record.timestamp(), raised -> telling.bargeIn(view, raised));
        } else {
            Fence fence = fence(view.getCallId());
            boolean raised = fence.merge(view);
            if (now - view.getAt() < Bystander.TOO_OLD) {
                telling.bargeIn(view, raised);
            }
            perform(bystander.bargeIn(view, raised, fence, now), record.timestamp());
        }
    }

    /** To be called every few milliseconds: what nobody owns must not stay paused. */
    public void tick() {
        perform(bystander.tick(hands.now()), Instant.EPOCH);
    }

    private void perform(List<Act> acts, Instant causedAt) {
        if (hands.speaking().heedsBargeIn()) {
            return;
        }
        for (Act act : acts) {
            switch (act) {
                case Act.StopStranger stop -> stop(stop, causedAt);
                case Act.ResumeStranger resume -> resume(resume);
                default -> throw new IllegalStateException("not for a bystander: " + act);
            }
        }
    }

    /** Deletes what this instance knows nothing of; Asterisk knows whether it may be cut short. */
    void stop(Act.StopStranger stop, Instant causedAt) {
        if (hands.speaking().heedsBargeIn()) {
            return;
        }
        hands.speaking().lookUp(stop.callId(), stop.playbackId()).thenAccept(found -> {
            if (!found.interruptible()) {
                return;
            }
            hands.metrics()
                    .timer(PlayerMeter.CONTROL_TO_STOP)
                    .record(Duration.between(causedAt, hands.clock().instant()));
            hands.speaking()
                    .stop(stop.callId(), stop.playbackId())
                    .thenAccept(status -> hands.loop()
                            .execute(() -> note(
                                    stop.callId(),
                                    stop.playbackId(),
                                    PlaybackEventType.STOPPED,
                                    status,
                                    "barge-in",
                                    stop.bargeInFrame())));
        });
    }

    private void resume(Act.ResumeStranger resume) {
        Speaking speaking = hands.speaking();
        speaking.lookUp(resume.callId(), resume.playbackId()).thenAccept(found -> {
            if (found.presence() == Presence.PAUSED) {
                speaking.resume(resume.playbackId())
                        .thenAccept(status -> hands.loop()
                                .execute(() -> note(
                                        resume.callId(),
                                        resume.playbackId(),
                                        PlaybackEventType.RESUMED,
                                        status,
                                        "deadline",
                                        null)));
            }
        });
    }

    private void note(
            String callId,
            String playbackId,
            PlaybackEventType type,
            int status,
            String reason,
            @Nullable Long bargeInFrame) {
        PlaybackEvent event = PlaybackEvent.newBuilder()
                .setCallId(callId)
                .setPlaybackId(playbackId)
                .setType(type)
                .setFrame(bargeInFrame == null ? 0 : bargeInFrame)
                .setAt(hands.now())
                .setSeenBy("tts-player")
                .setHttpStatus(status)
                .setReason(reason)
                .setBargeInFrame(bargeInFrame)
                .build();
        telling.event(event);
        var _ = hands.write(Topics.PLAYBACK_EVENTS, callId, event);
    }
}
