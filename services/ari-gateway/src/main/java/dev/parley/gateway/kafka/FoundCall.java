package dev.parley.gateway.kafka;

import dev.parley.gateway.domain.CallHistory.OpenCall;
import dev.parley.records.AudioFrame;
import dev.parley.records.CallEvent;
import dev.parley.records.CallEventType;
import dev.parley.records.CallStarted;
import dev.parley.records.FrameKind;
import dev.parley.records.PlaybackEvent;
import dev.parley.records.PlaybackEventType;
import dev.parley.records.ReplyKind;
import dev.parley.records.SpeechEvent;
import dev.parley.records.SpeechEventType;
import dev.parley.schemas.PlaybackId;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/** What is found of one call on the topics, as it is read, by several threads. */
final class FoundCall {
    private final CallStarted started;
    private final Map<String, Long> playing = new LinkedHashMap<>();
    private final Set<String> heldFor = new LinkedHashSet<>();
    private long nextFrame = -1;
    private int tapEpoch = -1;
    private boolean ended;
    private long lastActiveAt;

    FoundCall(CallStarted started) {
        this.started = started;
        this.lastActiveAt = started.getFrameZeroAt();
    }

    boolean hasFrames() {
        return nextFrame >= 0;
    }

    synchronized void event(CallEvent event) {
        if (event.getType() == CallEventType.HELD) {
            heldFor.add(event.getReason() == null ? "" : event.getReason());
        } else if (event.getType() == CallEventType.UNHELD) {
            heldFor.clear();
        } else if (event.getType() == CallEventType.DIGIT) {
            active(event.getAt());
        }
    }

    synchronized void frame(AudioFrame frame) {
        boolean end = frame.getKind() == FrameKind.END;
        ended |= end;
        nextFrame = Math.max(nextFrame, end ? frame.getFrame() : frame.getLastFrame() + 1);
        tapEpoch = Math.max(tapEpoch, frame.getTapEpoch());
    }

    synchronized void playback(PlaybackEvent event) {
        if (event.getType() == PlaybackEventType.STARTED) {
            playing.putIfAbsent(event.getPlaybackId(), event.getFrame());
        } else if (event.getType() == PlaybackEventType.FINISHED || event.getType() == PlaybackEventType.FAILED) {
            playing.remove(event.getPlaybackId());
            PlaybackId.parse(event.getPlaybackId())
                    .filter(id -> id.kind() == ReplyKind.ANSWER)
                    .ifPresent(_ -> active(event.getAt()));
        }
    }

    synchronized void speech(SpeechEvent event) {
        if (event.getType() == SpeechEventType.SPEECH_STARTED
                || event.getType() == SpeechEventType.RESUMED
                || event.getType() == SpeechEventType.SILENCE
                || event.getType() == SpeechEventType.END_OF_TURN) {
            active(started.getFrameZeroAt() + event.getLastVoicedFrame() * 20_000);
        }
    }

    private void active(long at) {
        lastActiveAt = Math.max(lastActiveAt, at);
    }

    synchronized OpenCall open(String callId) {
        return new OpenCall(
                callId,
                started,
                nextFrame,
                tapEpoch,
                ended,
                new LinkedHashMap<>(playing),
                Set.copyOf(heldFor),
                lastActiveAt);
    }
}
