package dev.parley.gateway.kafka;

import dev.parley.gateway.domain.CallHistory.OpenCall;
import dev.parley.records.CallCommand;
import dev.parley.records.CallCommandType;
import dev.parley.records.CallEvent;
import dev.parley.records.CallEventType;
import dev.parley.runtime.Unavailable;
import dev.parley.runtime.kafka.KafkaConnection;
import dev.parley.runtime.kafka.PublishProfile;
import dev.parley.runtime.kafka.TopicTail;
import dev.parley.schemas.Topics;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;

/**
 * What people want of calls: puts commands on the topic, and reads in call.events what became of them. Needs Kafka alone. For one thread,
 * which it blocks.
 */
public final class Operator implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final KafkaConnection kafka;
    private final String name;
    private final BlockingQueue<CallEvent> events = new LinkedBlockingQueue<>();
    private final TopicTail<CallEvent> tail;

    /** @param name of whoever wants it, for the record */
    public Operator(KafkaConnection kafka, String name) {
        this.kafka = kafka;
        this.name = name;
        this.tail = TopicTail.start(kafka, Topics.CALL_EVENTS, TopicTail.From.END, received -> {
            if (received.value() != null) {
                events.add(received.value());
            }
        });
    }

    /** The calls that are up as far as the topics know, the oldest first. */
    public List<OpenCall> calls(Duration longestCall) {
        try (KafkaCallHistory history = KafkaCallHistory.ofEveryAsterisk(kafka, longestCall)) {
            return history.read().join().calls().stream()
                    .sorted(Comparator.comparingLong(call -> call.started().getFrameZeroAt()))
                    .toList();
        }
    }

    /**
     * Publishes a command.
     *
     * @return its id
     */
    public String command(String callId, CallCommandType type, String argument) {
        String id = name + "-" + UUID.randomUUID();
        CallCommand command = CallCommand.newBuilder()
                .setCallId(callId)
                .setId(id)
                .setType(type)
                .setArgument(argument)
                .setIssuedBy(name)
                .setFrame(0)
                .setAt(ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now()))
                .build();
        try {
            tail.caughtUp().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            kafka.publisher(PublishProfile.LIVE)
                    .publish(Topics.CALL_COMMANDS, callId, command)
                    .get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            return id;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Unavailable("interrupted", e);
        } catch (ExecutionException | TimeoutException e) {
            throw new Unavailable("Kafka did not take the command: " + e, e);
        }
    }

    /** What a gateway answered to a command; empty where none did. */
    public Optional<String> answer(String commandId, Duration atMost) {
        return await(atMost, event -> commandId.equals(event.getCommandId())).map(CallEvent::getReason);
    }

    /** How a call began, or that it did not come about. */
    public Optional<CallEvent> outcome(String callId, Duration atMost) {
        return await(
                atMost,
                event -> event.getCallId().equals(callId)
                        && (event.getType() == CallEventType.STARTED || event.getType() == CallEventType.ENDED));
    }

    private Optional<CallEvent> await(Duration atMost, Predicate<CallEvent> wanted) {
        long until = System.nanoTime() + atMost.toNanos();
        try {
            for (long left = atMost.toNanos(); left > 0; left = until - System.nanoTime()) {
                CallEvent event = events.poll(left, TimeUnit.NANOSECONDS);
                if (event != null && wanted.test(event)) {
                    return Optional.of(event);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return Optional.empty();
    }

    @Override
    public void close() {
        tail.close();
    }
}
