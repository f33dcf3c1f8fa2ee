package dev.parley.chunker.kafka;

import dev.parley.chunker.ChunkerMeter;
import dev.parley.chunker.domain.ListeningSettings;
import dev.parley.chunker.vad.Batch;
import dev.parley.runtime.ServiceContext;
import dev.parley.runtime.config.Setting;
import dev.parley.runtime.kafka.PartitionLoop;
import dev.parley.runtime.kafka.PublishProfile;
import dev.parley.schemas.Topics;
import dev.parley.speech.VoiceActivityModel;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;

/** The partition loop of the chunker: which topics, which group, and the calls of all its partitions in one batch. */
public final class ListeningLoop implements AutoCloseable {
    private static final String GROUP = "vad-chunker";

    private final PartitionLoop loop;
    private final List<ListeningPartition> partitions = new CopyOnWriteArrayList<>();

    /**
     * Joins the group and begins to listen.
     *
     * @throws dev.parley.runtime.Unavailable when Kafka does not answer, or has not the topics as they must be
     */
    public ListeningLoop(ServiceContext context, ListeningSettings settings, VoiceActivityModel model) {
        Clock clock = Clock.systemUTC();
        CompletableFuture<PartitionLoop> started = new CompletableFuture<>();
        Executor onLoop = task -> {
            var _ = started.thenAccept(running -> running.execute(task));
        };
        Outlet outlet = new Outlet(context.kafka().publisher(PublishProfile.LIVE), onLoop, context.metrics(), clock);
        Calls calls = new Calls(new Batch(model), context.metrics());
        loop = PartitionLoop.builder(context.kafka(), GROUP)
                .read(Topics.AUDIO_FRAMES)
                .state(Topics.LISTENING_STATE)
                .drainWithin(context.settings().seconds(Setting.DRAIN_SECONDS))
                .work(partition -> {
                    ListeningPartition work = new ListeningPartition(
                            settings, calls, outlet, clock, () -> answers(started.join(), clock), partitions::remove);
                    partitions.add(work);
                    return work;
                })
                .start();
        started.complete(loop);
        context.metrics().gauge(ChunkerMeter.CALLS, this::open);
    }

    /** Whether Kafka has answered this member of the group of late. */
    private static boolean answers(PartitionLoop loop, Clock clock) {
        return loop.lastHeartbeat().plus(loop.sessionTimeout().multipliedBy(2)).isAfter(clock.instant());
    }

    private int open() {
        return partitions.stream().mapToInt(ListeningPartition::open).sum();
    }

    /** Whether it makes progress. */
    public boolean live() {
        return loop.live();
    }

    /** Why it cannot take work; empty when it can. */
    public Optional<String> notReadyBecause() {
        return loop.notReadyBecause();
    }

    /** What was decided is acknowledged and committed, within a bounded time; the partitions are handed over. */
    @Override
    public void close() {
        loop.close();
    }
}
