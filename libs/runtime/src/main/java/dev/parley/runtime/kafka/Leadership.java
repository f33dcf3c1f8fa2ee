package dev.parley.runtime.kafka;

import dev.parley.schemas.Topic;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides through Kafka which of several processes is the active one: the owner of a topic's first partition in a group of theirs. No
 * record is read. A leader that dies is replaced within the group's session time-out and a second; one that ends in order, at once.
 *
 * <p>A leader that cannot reach Kafka goes on leading: while the brokers are away nobody else becomes one, and where only this process is
 * cut off, whatever is led must itself refuse the second of two leaders. So leaders can overlap; {@link #standDown} is for the one that
 * was refused. One thread of its own, on which the listener is called.
 */
public final class Leadership implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Leadership.class);
    private static final Duration POLL = Duration.ofMillis(200);
    /** Who gets no partition at all is never told so. */
    private static final Duration DECIDED_WITHIN = Duration.ofSeconds(10);
    /** Whoever was refused lets the others go first. */
    private static final Duration PAUSE_AFTER_STANDING_DOWN = Duration.ofSeconds(5);

    private final Listener listener;
    private final String group;
    private final TopicPartition prize;
    private final KafkaConsumer<byte[], byte[]> consumer;
    private final PollRest rest = new PollRest();
    private final ConsumerThread thread;
    private final Instant startedAt = Instant.now();
    private volatile boolean leads;
    private volatile boolean decided;
    private volatile boolean refused;
    /** When to stand for it again; null while standing. */
    private @Nullable Instant backAt = Instant.MIN;

    /** Hears of leadership; must return soon. */
    public interface Listener {
        void leads();

        /** At once: another leads already, or may. */
        void standsDown();
    }

    private Leadership(KafkaConnection connection, String group, Topic<?> topic, Listener listener) {
        this.listener = listener;
        this.group = group;
        this.prize = new TopicPartition(topic.name(), 0);
        GroupSettings.ensure(connection, group);
        this.consumer = connection.consumer(
                Map.of(ConsumerConfig.GROUP_ID_CONFIG, group, ConsumerConfig.GROUP_PROTOCOL_CONFIG, "consumer"));
        this.thread = new ConsumerThread("leader-" + group, consumer, this::stand, this::lose);
    }

    /**
     * Begins to stand for it.
     *
     * @param group of those who can lead; used for nothing else
     * @param topic any that there is
     */
    public static Leadership start(KafkaConnection connection, String group, Topic<?> topic, Listener listener) {
        var leadership = new Leadership(connection, group, topic, listener);
        leadership.thread.start();
        return leadership;
    }

    /** Whether this process leads. */
    public boolean leads() {
        return leads;
    }

    /** Why it is not known yet who leads, for people. */
    public Optional<String> undecidedBecause() {
        return decided || Instant.now().isAfter(startedAt.plus(DECIDED_WITHIN))
                ? Optional.empty()
                : Optional.of("Kafka has not said yet who of the group " + group + " is the active one");
    }

    public boolean live() {
        return thread.live();
    }

    /** What this process leads has refused it, for another: from any thread. */
    public void standDown() {
        refused = true;
    }

    /** Ends; leads no more, and another may at once. */
    @Override
    public void close() {
        thread.close();
    }

    private void stand() {
        if (refused) {
            letOthersGoFirst();
        } else if (backAt == null) {
            rest.poll(() -> consumer.poll(POLL));
        } else if (Instant.now().isBefore(backAt)) {
            LockSupport.parkNanos(POLL.toNanos());
        } else {
            backAt = null;
            subscribe();
        }
    }

    private void letOthersGoFirst() {
        refused = false;
        backAt = Instant.now().plus(PAUSE_AFTER_STANDING_DOWN);
        lose();
        consumer.unsubscribe();
    }

    private void subscribe() {
        consumer.subscribe(List.of(prize.topic()), new ConsumerRebalanceListener() {
            @Override
            public void onPartitionsAssigned(Collection<TopicPartition> assigned) {
                consumer.pause(assigned);
                if (assigned.contains(prize) && !leads) {
                    leads = true;
                    LOG.atInfo().addKeyValue("group", group).log("This process is the active one");
                    listener.leads();
                }
                decided = true;
            }

            @Override
            public void onPartitionsRevoked(Collection<TopicPartition> revoked) {
                if (revoked.contains(prize)) {
                    lose();
                }
            }
        });
    }

    private void lose() {
        if (leads) {
            leads = false;
            LOG.atInfo().addKeyValue("group", group).log("This process is not the active one any more");
            listener.standsDown();
        }
    }
}
