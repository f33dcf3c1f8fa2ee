package dev.parley.runtime.kafka;

import dev.parley.schemas.Topic;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;

/** Keeps what is published, for tests; thread-safe. It acknowledges at once, unless it is told to {@link #hold} back. */
public final class RecordingPublisher implements Publisher {
    /** A record that was published. */
    public record Published(
            String topic,
            String key,
            String callId,
            @Nullable SpecificRecord value) {}

    private final List<Published> published = new ArrayList<>();
    private final List<CompletableFuture<@Nullable Void>> waiting = new ArrayList<>();
    private boolean holding;

    @Override
    public synchronized <T extends SpecificRecord> CompletableFuture<@Nullable Void> publish(
            Topic<T> topic, String key, String callId, @Nullable T value) {
        published.add(new Published(topic.name(), key, callId, value));
        if (!holding) {
            return CompletableFuture.completedFuture(null);
        }
        var acknowledged = new CompletableFuture<@Nullable Void>();
        waiting.add(acknowledged);
        return acknowledged;
    }

    /** From now on acknowledgements wait for {@link #release}. */
    public synchronized void hold() {
        holding = true;
    }

    /** Acknowledges all that waits, in order, and holds back no more. */
    public void release() {
        take().forEach(each -> each.complete(null));
    }

    private synchronized List<CompletableFuture<@Nullable Void>> take() {
        holding = false;
        var all = List.copyOf(waiting);
        waiting.clear();
        return all;
    }

    /** Everything so far, in order. */
    public synchronized List<Published> all() {
        return List.copyOf(published);
    }

    /** The records of a topic so far, in order, without tombstones. */
    public <T extends SpecificRecord> List<T> of(Topic<T> topic) {
        return all().stream()
                .filter(record -> record.topic().equals(topic.name()))
                .flatMap(record -> Stream.ofNullable(record.value()))
                .map(value -> Objects.requireNonNull(topic.type().cast(value)))
                .toList();
    }

    /** Forgets what was published. */
    public synchronized void clear() {
        published.clear();
    }
}
