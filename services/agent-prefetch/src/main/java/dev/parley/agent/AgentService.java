package dev.parley.agent;

import dev.parley.agent.engine.ReplyEngine;
import dev.parley.agent.kafka.AgentPartition;
import dev.parley.agent.kafka.Backlog;
import dev.parley.agent.kafka.BargeIns;
import dev.parley.records.BargeIn;
import dev.parley.runtime.Service;
import dev.parley.runtime.ServiceContext;
import dev.parley.runtime.kafka.PartitionLoop;
import dev.parley.runtime.kafka.PublishProfile;
import dev.parley.runtime.kafka.Received;
import dev.parley.schemas.Topic;
import dev.parley.schemas.Topics;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** The agent as a service: one loop over the partitions of all that it reads; the engine is closed with it. */
public final class AgentService implements Service {
    public static final String GROUP = "agent-prefetch";
    private static final List<Topic<?>> READ = List.of(
            Topics.CALL_EVENTS,
            Topics.SPEECH_EVENTS,
            Topics.TRANSCRIPTS,
            Topics.REPLIES,
            Topics.REPLY_HEARD,
            Topics.CALL_COMMANDS);

    private final AgentConfig config;
    private final ServiceContext context;
    private final ReplyEngine engine;
    private final BargeIns bargeIns = new BargeIns();
    private final List<AgentPartition> partitions = new ArrayList<>();
    private final CompletableFuture<PartitionLoop> started = new CompletableFuture<>();
    private @Nullable PartitionLoop loop;

    /** @param engine made by {@link AgentConfig#engine}, or by whoever has another */
    public AgentService(AgentConfig config, ServiceContext context, ReplyEngine engine) {
        this.config = config;
        this.context = context;
        this.engine = engine;
    }

    @Override
    public void start() {
        AgentPartition.Shared shared = new AgentPartition.Shared(
                config.policy(),
                config.abandonAfter(),
                engine,
                context.kafka().publisher(PublishProfile.LIVE),
                bargeIns,
                Backlog.of(context.kafka(), GROUP, READ),
                task -> started.join().execute(task),
                context.metrics(),
                Clock.systemUTC());
        PartitionLoop made = PartitionLoop.builder(context.kafka(), GROUP)
                .read(READ.toArray(Topic<?>[]::new))
                .state(Topics.CONVERSATIONS)
                .control(Topics.BARGE_IN, this::onBargeIn)
                .work(partition -> partition(partition, shared))
                .drainWithin(config.drain())
                .start();
        loop = made;
        started.complete(made);
    }

    private AgentPartition partition(int number, AgentPartition.Shared shared) {
        AgentPartition partition = new AgentPartition(number, shared);
        partitions.removeIf(AgentPartition::isClosed);
        partitions.add(partition);
        return partition;
    }

    private void onBargeIn(Received<BargeIn> record) {
        bargeIns.receive(record);
        BargeIn state = record.value();
        if (state != null) {
            partitions.forEach(partition -> partition.bargeIn(state));
        }
    }

    @Override
    public boolean live() {
        PartitionLoop running = loop;
        return (running == null || running.live()) && context.kafka().fault().isEmpty();
    }

    @Override
    public Optional<String> notReadyBecause() {
        PartitionLoop running = loop;
        return running == null ? Optional.of("starting") : running.notReadyBecause();
    }

    @Override
    public void close() {
        if (loop != null) {
            loop.close();
        }
        engine.close();
    }
}
