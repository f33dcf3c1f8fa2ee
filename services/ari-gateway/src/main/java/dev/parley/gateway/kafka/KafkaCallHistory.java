package dev.parley.gateway.kafka;

import dev.parley.gateway.domain.CallHistory;
import dev.parley.records.AudioFrame;
import dev.parley.records.CallEvent;
import dev.parley.records.CallEventType;
import dev.parley.records.CallStarted;
import dev.parley.records.FrameKind;
import dev.parley.records.PlaybackEvent;
import dev.parley.records.PlaybackEventType;
import dev.parley.runtime.kafka.KafkaConnection;
import dev.parley.schemas.Topics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds the calls of one Asterisk that are open on the topics: reads call.events as far back as a call can last, and for the calls
 * that it finds the last minute of their frames and playbacks (more where that holds none). Blocks a virtual thread of its own.
 */
public final class KafkaCallHistory implements CallHistory {
    private static final Logger LOG = LoggerFactory.getLogger(KafkaCallHistory.class);
    private static final Duration MARGIN = Duration.ofMinutes(5);
    private static final List<Duration> LOOK_BACK = List.of(Duration.ofMinutes(1), Duration.ofMinutes(15));

    private final KafkaConnection kafka;
    private final String asterisk;
    private final Duration longestCall;

    /** @param longestCall no call is older than this */
    public KafkaCallHistory(KafkaConnection kafka, String asterisk, Duration longestCall) {
        this.kafka = kafka;
        this.asterisk = asterisk;
        this.longestCall = longestCall;
    }

    /** What is found of one call, as it is read. */
    private static final class Found {
        final CallStarted started;
        final Set<String> playing = new LinkedHashSet<>();
        long nextFrame = -1;
        int tapEpoch = -1;
        boolean ended;

        Found(CallStarted started) {
            this.started = started;
        }

        void frame(AudioFrame frame) {
            boolean end = frame.getKind() == FrameKind.END;
            ended |= end;
            nextFrame = Math.max(nextFrame, end ? frame.getFrame() : frame.getLastFrame() + 1);
            tapEpoch = Math.max(tapEpoch, frame.getTapEpoch());
        }

        void playback(PlaybackEvent event) {
            if (event.getType() == PlaybackEventType.STARTED) {
                playing.add(event.getPlaybackId());
            } else if (event.getType() == PlaybackEventType.FINISHED || event.getType() == PlaybackEventType.FAILED) {
                playing.remove(event.getPlaybackId());
            }
        }
    }

    @Override
    public CompletableFuture<List<OpenCall>> openCalls() {
        return CompletableFuture.supplyAsync(
                this::read, task -> Thread.ofVirtual().name("call-history").start(task));
    }

    private List<OpenCall> read() {
        long began = System.nanoTime();
        Map<String, Found> open = new HashMap<>();
        try (var events = new RecentRecords<>(kafka, Topics.CALL_EVENTS)) {
            events.readAll(longestCall.plus(MARGIN), event -> started(open, event));
        }
        readFrames(open);
        try (var playbacks = new RecentRecords<>(kafka, Topics.PLAYBACK_EVENTS)) {
            playbacks.read(open.keySet(), LOOK_BACK.getLast(), event -> {
                Found call = open.get(event.getCallId());
                if (call != null) {
                    call.playback(event);
                }
            });
        }
        LOG.atInfo()
                .addKeyValue("calls", open.size())
                .addKeyValue("tookMs", (System.nanoTime() - began) / 1_000_000)
                .log("Looked for calls that are open on the topics");
        List<OpenCall> calls = new ArrayList<>();
        open.forEach((id, call) -> calls.add(
                new OpenCall(id, call.started, call.nextFrame, call.tapEpoch, call.ended, List.copyOf(call.playing))));
        return calls;
    }

    private void started(Map<String, Found> open, CallEvent event) {
        if (event.getType() == CallEventType.ENDED) {
            open.remove(event.getCallId());
        } else if (event.getStarted() != null
                && event.getStarted().getAsterisk().equals(asterisk)) {
            open.put(event.getCallId(), new Found(event.getStarted()));
        }
    }

    private void readFrames(Map<String, Found> open) {
        try (var frames = new RecentRecords<>(kafka, Topics.AUDIO_FRAMES)) {
            for (Duration lookBack : LOOK_BACK) {
                Map<String, Found> wanted = new HashMap<>(open);
                wanted.values().removeIf(call -> call.nextFrame >= 0);
                frames.read(wanted.keySet(), lookBack, frame -> {
                    Found call = wanted.get(frame.getCallId());
                    if (call != null) {
                        call.frame(frame);
                    }
                });
            }
        }
    }
}
