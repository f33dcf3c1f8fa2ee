package dev.parley.gateway.kafka;

import dev.parley.gateway.GatewayMeter;
import dev.parley.gateway.domain.CallLog;
import dev.parley.records.AudioFrame;
import dev.parley.records.CallCommand;
import dev.parley.records.CallEvent;
import dev.parley.records.FrameKind;
import dev.parley.records.PlaybackEvent;
import dev.parley.runtime.Metrics;
import dev.parley.schemas.Topic;
import dev.parley.schemas.Topics;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The records of one call on their way to Kafka. Used from the call's event loop alone; only the count of what is under way is shared
 * with the producer's thread.
 *
 * <p>At most FRAME_BUFFER_SECONDS of audio wait for Kafka. What comes beyond that is dropped and counted, and as soon as there is
 * room again a GAP is published in its place, before the next frame: numbers stay without a hole and in their order. Everything else
 * (END, events, commands) is never dropped here.
 */
final class CallLane implements CallLog {
    private static final Logger LOG = LoggerFactory.getLogger(CallLane.class);

    private final String callId;
    private final Outbox frames;
    private final Outbox control;
    private final int mostFrames;
    private final Metrics metrics;
    private final AtomicInteger underWay = new AtomicInteger();
    private @Nullable AudioFrame lost;

    CallLane(String callId, Outbox frames, Outbox control, int mostFrames, Metrics metrics) {
        this.callId = callId;
        this.frames = frames;
        this.control = control;
        this.mostFrames = mostFrames;
        this.metrics = metrics;
    }

    @Override
    public void audio(AudioFrame frame) {
        if (frame.getKind() != FrameKind.END && underWay.get() >= mostFrames) {
            drop(frame);
            return;
        }
        if (lost != null) {
            send(lost);
            lost = null;
        }
        send(frame);
    }

    private void drop(AudioFrame frame) {
        if (frame.getKind() == FrameKind.FRAME) {
            metrics.counter(GatewayMeter.FRAMES_DROPPED, "reason", "buffer-full")
                    .increment();
        }
        if (lost == null) {
            LOG.atWarn()
                    .addKeyValue("callId", callId)
                    .addKeyValue("frame", frame.getFrame())
                    .log("Kafka is away for too long (FRAME_BUFFER_SECONDS): audio is being lost");
            lost = AudioFrame.newBuilder()
                    .setCallId(callId)
                    .setKind(FrameKind.GAP)
                    .setFrame(frame.getFrame())
                    .setLastFrame(frame.getLastFrame())
                    .setAt(frame.getAt())
                    .build();
        }
        lost.setLastFrame(frame.getLastFrame());
        lost.setTapEpoch(frame.getTapEpoch());
    }

    private void send(AudioFrame frame) {
        underWay.incrementAndGet();
        boolean audio = frame.getKind() == FrameKind.FRAME;
        boolean taken = frames.offer(Topics.AUDIO_FRAMES, callId, frame, failure -> {
            underWay.decrementAndGet();
            if (audio && failure == null) {
                metrics.counter(GatewayMeter.FRAMES).increment();
            } else if (audio) {
                metrics.counter(GatewayMeter.FRAMES_DROPPED, "reason", "undelivered")
                        .increment();
            }
        });
        if (!taken) {
            underWay.decrementAndGet();
            drop(frame);
        }
    }

    @Override
    public void event(CallEvent event) {
        control(Topics.CALL_EVENTS, event);
    }

    @Override
    public void playback(PlaybackEvent event) {
        control(Topics.PLAYBACK_EVENTS, event);
    }

    @Override
    public void command(CallCommand command) {
        control(Topics.CALL_COMMANDS, command);
    }

    private <T extends SpecificRecord> void control(Topic<T> topic, T value) {
        boolean taken = control.offer(topic, callId, value, failure -> {
            if (failure != null) {
                lost(topic, String.valueOf(failure));
            }
        });
        if (!taken) {
            lost(topic, "outbox full");
        }
    }

    private void lost(Topic<?> topic, String why) {
        metrics.counter(GatewayMeter.RECORDS_LOST, "topic", topic.name()).increment();
        LOG.atError()
                .addKeyValue("callId", callId)
                .addKeyValue("topic", topic)
                .addKeyValue("why", why)
                .log("A record was lost");
    }
}
