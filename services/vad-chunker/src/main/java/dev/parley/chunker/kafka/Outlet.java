package dev.parley.chunker.kafka;

import dev.parley.chunker.ChunkerMeter;
import dev.parley.chunker.domain.Decision;
import dev.parley.chunker.domain.Drop;
import dev.parley.records.FrameKind;
import dev.parley.records.SpeechEvent;
import dev.parley.records.SpeechEventType;
import dev.parley.records.UtteranceChunk;
import dev.parley.runtime.Metrics;
import dev.parley.runtime.kafka.Publisher;
import dev.parley.schemas.Topic;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Where everything that the calls decide goes: the topics, the meters and the log. On the loop's thread. */
final class Outlet {
    private static final Logger LOG = LoggerFactory.getLogger(Outlet.class);

    private final Publisher publisher;
    private final Executor loop;
    private final Metrics metrics;
    private final Clock clock;

    Outlet(Publisher publisher, Executor loop, Metrics metrics, Clock clock) {
        this.publisher = publisher;
        this.loop = loop;
        this.metrics = metrics;
        this.clock = clock;
    }

    Executor loop() {
        return loop;
    }

    <T extends SpecificRecord> CompletableFuture<@Nullable Void> publish(
            Topic<T> topic, String callId, @Nullable T value) {
        return publisher.publish(topic, callId, value);
    }

    <T extends SpecificRecord> void bury(Topic<T> topic, String key, String callId) {
        var _ = publisher.publish(topic, key, callId, null);
    }

    /** What was published will not arrive: only a new owner, which begins anew from the log, can make it good. */
    void failed(Throwable failure) {
        throw new IllegalStateException("A record of the listening could not be written", failure);
    }

    void checkpointed() {
        metrics.counter(ChunkerMeter.CHECKPOINTS).increment();
    }

    void received(FrameKind kind) {
        metrics.counter(ChunkerMeter.RECORDS, "kind", name(kind)).increment();
    }

    void dropped(String callId, long frame, Drop reason) {
        metrics.counter(ChunkerMeter.DROPPED, "reason", name(reason)).increment();
        LOG.atDebug()
                .addKeyValue("callId", callId)
                .addKeyValue("frame", frame)
                .addKeyValue("reason", reason)
                .log("Record not listened to");
    }

    void lost(String callId, long frame) {
        metrics.counter(ChunkerMeter.LOST).increment();
        LOG.atWarn().addKeyValue("callId", callId).addKeyValue("frame", frame).log("Call lost: no record for 30 s");
    }

    void decided(Decision decision, long at) {
        metrics.counter(ChunkerMeter.DECISIONS, "type", type(decision)).increment();
        Duration lag = Duration.between(Instant.EPOCH.plus(at, ChronoUnit.MICROS), clock.instant());
        metrics.timer(ChunkerMeter.LAG).record(lag.isNegative() ? Duration.ZERO : lag);
        switch (decision) {
            case Decision.Noted(SpeechEvent event)
            when event.getType() != SpeechEventType.SILENCE && event.getType() != SpeechEventType.LISTENING ->
                LOG.atInfo()
                        .addKeyValue("callId", event.getCallId())
                        .addKeyValue("utterance", event.getUtterance())
                        .addKeyValue("frame", event.getFrame())
                        .addKeyValue("type", event.getType())
                        .addKeyValue("reason", event.getReason() == null ? "" : event.getReason())
                        .addKeyValue("voicedFrames", event.getVoicedFrames())
                        .log("Speech");
            case Decision.Cut(UtteranceChunk chunk) ->
                LOG.atInfo()
                        .addKeyValue("callId", chunk.getCallId())
                        .addKeyValue("utterance", chunk.getUtterance())
                        .addKeyValue("frame", chunk.getFrame())
                        .addKeyValue("stage", chunk.getStage())
                        .addKeyValue("index", chunk.getIndex())
                        .addKeyValue("revision", chunk.getRevision())
                        .addKeyValue("frames", chunk.getFirstFrame() + ".." + chunk.getLastFrame())
                        .log("Chunk");
            case Decision.Noted _, Decision.Control _ -> {}
        }
    }

    private static String type(Decision decision) {
        return switch (decision) {
            case Decision.Noted(SpeechEvent event) -> name(event.getType());
            case Decision.Cut(UtteranceChunk chunk) -> name(chunk.getStage());
            case Decision.Control _ -> "barge-in";
        };
    }

    static String name(Enum<?> symbol) {
        return symbol.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
