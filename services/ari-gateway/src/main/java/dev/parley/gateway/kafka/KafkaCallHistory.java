package dev.parley.gateway.kafka;

import dev.parley.gateway.domain.CallHistory;
import dev.parley.records.AudioFrame;
import dev.parley.records.CallEvent;
import dev.parley.records.CallEventType;
import dev.parley.records.CallStarted;
import dev.parley.records.PlaybackEvent;
import dev.parley.records.SpeechEvent;
import dev.parley.runtime.kafka.KafkaConnection;
import dev.parley.schemas.Topics;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds the calls of one Asterisk that are open on the topics: reads call.events as far back as a call can last, and for the calls
 * that it finds the end of their frames and the last quarter of an hour of what was said and played. Blocks a virtual thread of its
 * own. Its readers are kept for the next time: callers wait for what is read then.
 */
public final class KafkaCallHistory implements CallHistory, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(KafkaCallHistory.class);
    private static final Duration MARGIN = Duration.ofMinutes(5);
    private static final List<Duration> LOOK_BACK =
            List.of(Duration.ofSeconds(10), Duration.ofMinutes(1), Duration.ofMinutes(15));

    private static final String EVERY = "";

    private final KafkaConnection kafka;
    private final String asterisk;
    private final Duration longestCall;
    private final ReentrantLock reading = new ReentrantLock();
    private @Nullable Readers idle;
    private volatile boolean closed;

    private record Readers(
            RecentRecords<CallEvent> calls,
            RecentRecords<AudioFrame> frames,
            RecentRecords<PlaybackEvent> playbacks,
            RecentRecords<SpeechEvent> speech)
            implements AutoCloseable {
        Readers(KafkaConnection kafka) {
            this(
                    new RecentRecords<>(kafka, Topics.CALL_EVENTS),
                    new RecentRecords<>(kafka, Topics.AUDIO_FRAMES),
                    new RecentRecords<>(kafka, Topics.PLAYBACK_EVENTS),
                    new RecentRecords<>(kafka, Topics.SPEECH_EVENTS));
        }

        @Override
        public void close() {
            calls.close();
            frames.close();
            playbacks.close();
            speech.close();
        }
    }

    /** @param longestCall no call is older than this */
    public KafkaCallHistory(KafkaConnection kafka, String asterisk, Duration longestCall) {
        this.kafka = kafka;
        this.asterisk = asterisk;
        this.longestCall = longestCall;
    }

    /** For people: the calls of all that write to this Kafka. */
    static KafkaCallHistory ofEveryAsterisk(KafkaConnection kafka, Duration longestCall) {
        return new KafkaCallHistory(kafka, EVERY, longestCall);
    }

    @Override
    public CompletableFuture<Past> read() {
        return CompletableFuture.supplyAsync(
                this::readAll, task -> Thread.ofVirtual().name("call-history").start(task));
    }

    private Past readAll() {
        reading.lock();
        try {
            Readers readers = idle == null ? new Readers(kafka) : idle;
            idle = null;
            try {
                Past past = read(readers);
                idle = closed ? null : readers;
                return past;
            } finally {
                if (idle == null) {
                    readers.close(); // What could not read is not tried again.
                }
            }
        } finally {
            reading.unlock();
        }
    }

    /** Does not wait for what is being read. */
    @Override
    public void close() {
        closed = true;
        if (reading.tryLock()) {
            try {
                if (idle != null) {
                    idle.close();
                    idle = null;
                }
            } finally {
                reading.unlock();
            }
        }
    }

    private Past read(Readers readers) {
        long began = System.nanoTime();
        Map<String, FoundCall> open = new HashMap<>();
        Set<String> commands = new HashSet<>();
        readers.calls().readAll(longestCall.plus(MARGIN), event -> {
            if (isOurs(event)) {
                take(open, commands, event);
            }
        });
        // A caller hears nothing meanwhile: all at once.
        CompletableFuture.allOf(
                        inParallel(() -> readFrames(readers.frames(), open)),
                        inParallel(
                                () -> read(readers.playbacks(), open, PlaybackEvent::getCallId, FoundCall::playback)),
                        inParallel(() -> read(readers.speech(), open, SpeechEvent::getCallId, FoundCall::speech)))
                .join();
        LOG.atInfo()
                .addKeyValue("calls", open.size())
                .addKeyValue("tookMs", (System.nanoTime() - began) / 1_000_000)
                .log("Looked for calls that are open on the topics");
        return new Past(
                open.entrySet().stream()
                        .map(call -> call.getValue().open(call.getKey()))
                        .toList(),
                commands);
    }

    private static CompletableFuture<Void> inParallel(Runnable reading) {
        return CompletableFuture.runAsync(
                reading, task -> Thread.ofVirtual().name("call-history").start(task));
    }

    private boolean isOurs(CallEvent event) {
        return asterisk.equals(EVERY) || event.getCallId().startsWith(asterisk + "~");
    }

    private static void take(Map<String, FoundCall> open, Set<String> commands, CallEvent event) {
        CallStarted started = event.getStarted();
        FoundCall known = open.get(event.getCallId());
        if (event.getType() == CallEventType.ENDED) {
            open.remove(event.getCallId());
        } else if (started != null) {
            open.putIfAbsent(event.getCallId(), new FoundCall(started));
        } else if (event.getType() == CallEventType.COMMANDED && event.getCommandId() != null) {
            commands.add(event.getCommandId());
        } else if (known != null) {
            known.event(event);
        }
    }

    private static void readFrames(RecentRecords<AudioFrame> frames, Map<String, FoundCall> open) {
        for (Duration lookBack : LOOK_BACK) {
            Map<String, FoundCall> wanted = new HashMap<>(open);
            wanted.values().removeIf(FoundCall::hasFrames);
            frames.read(wanted.keySet(), lookBack, frame -> {
                FoundCall call = wanted.get(frame.getCallId());
                if (call != null) {
                    call.frame(frame);
                }
            });
        }
    }

    private static <T extends SpecificRecord> void read(
            RecentRecords<T> records,
            Map<String, FoundCall> open,
            Function<T, String> callId,
            BiConsumer<FoundCall, T> take) {
        records.read(open.keySet(), LOOK_BACK.getLast(), record -> {
            FoundCall call = open.get(callId.apply(record));
            if (call != null) {
                take.accept(call, record);
            }
        });
    }
}
