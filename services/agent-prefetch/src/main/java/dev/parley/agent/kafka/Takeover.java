package dev.parley.agent.kafka;

import dev.parley.records.CallCommand;
import dev.parley.records.CallEvent;
import dev.parley.records.ReplyHeard;
import dev.parley.records.SpeechEvent;
import dev.parley.records.Transcript;
import dev.parley.runtime.kafka.Received;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;

/**
 * The records that were written before this process became a partition's owner. They are read to their end before anything is decided, and then taken in the order in
 * which they came to be: first all of the log of replies, for what it holds stands, then the rest by the frame of its cause: the
 * frame is the call's one clock, while instants may run backwards where audio was missing.
 */
final class Takeover {
    /** After this it begins with what there is: a record that cannot be read never comes. */
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final Instant begun;
    private final List<Received<?>> held = new ArrayList<>();
    private final Map<String, Long> reached = new HashMap<>();
    private @Nullable Map<String, Long> toRead;

    Takeover(Instant now) {
        begun = now;
    }

    void toRead(Map<String, Long> offsets) {
        toRead = Map.copyOf(offsets);
    }

    void hold(Received<?> record) {
        held.add(record);
        reached.put(record.topic().name(), record.offset() + 1);
    }

    boolean complete() {
        Map<String, Long> all = toRead;
        return all != null
                && all.entrySet().stream().allMatch(each -> reached.getOrDefault(each.getKey(), 0L) >= each.getValue());
    }

    boolean late(Instant now) {
        return Duration.between(begun, now).compareTo(PATIENCE) > 0;
    }

    /** What was held, in the order in which it is to be taken. */
    List<Received<?>> inOrder() {
        List<Received<?>> all = new ArrayList<>(held);
        all.sort(Comparator.comparingLong(Takeover::place));
        return all;
    }

    private static long place(Received<?> record) {
        SpecificRecord value = record.value();
        if (value == null) {
            return Long.MIN_VALUE;
        }
        return switch (value) {
            case CallEvent event -> event.getFrame();
            case SpeechEvent event -> event.getFrame();
            case Transcript transcript -> transcript.getFrame();
            case ReplyHeard heard -> heard.getLastFrame();
            case CallCommand command -> command.getFrame();
            default -> Long.MIN_VALUE;
        };
    }
}
