package dev.parley.runtime.kafka;

import static dev.parley.runtime.kafka.LoopStand.callIn;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.parley.records.CallEvent;
import dev.parley.runtime.kafka.RecordingWork.Journal;
import dev.parley.schemas.Topic;
import dev.parley.schemas.Topics;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.common.TopicPartition;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The loop on a real broker. Events of {@link Topics#CALL_EVENTS} stand for any record; a second topic of the same type is made up for its sibling. */
@Timeout(120)
class PartitionLoopTest {
    private static final String GROUP = "workers";
    private static final Topic<CallEvent> EVENTS = Topics.CALL_EVENTS;
    private static final Topic<CallEvent> SIBLING =
            new Topic<>(Topics.TRANSCRIPTS.name(), CallEvent.class, Topic.Kept.LONG, Topic.DealtOut.BY_CALL);
    private static final Topic<CallEvent> STATE =
            new Topic<>(Topics.LISTENING_STATE.name(), CallEvent.class, Topic.Kept.COMPACTED, Topic.DealtOut.BY_CALL);
    private static final Topic<CallEvent> CONTROL =
            new Topic<>(Topics.CALL_COMMANDS.name(), CallEvent.class, Topic.Kept.LONG, Topic.DealtOut.BY_CALL);

    private final List<AutoCloseable> open = new ArrayList<>();
    private final Journal journal = new Journal();
    private LoopStand stand;

    @BeforeEach
    void startBroker(@TempDir Path folder) throws Exception {
        Awaitility.setDefaultTimeout(
                Duration.ofSeconds(30)); // A broker on a busy machine takes its time to form a group.
        stand = new LoopStand(folder);
    }

    @AfterEach
    void closeAll() throws Exception {
        for (var each : open.reversed()) {
            each.close();
        }
        stand.close();
    }

    @Test
    void records_of_siblings_come_to_one_work_each_topic_in_order() throws Exception {
        // Given
        var call = callIn(2);
        for (int n = 0; n < 50; n++) {
            stand.write(EVENTS, call, n);
            stand.write(SIBLING, call, n);
        }

        // When
        start(journal, work -> {}, EVENTS, SIBLING);

        // Then
        await().until(() -> journal.of("receive").size() == 100);
        assertThat(journal.of("2 receive call.events")).isEqualTo(lines("2 receive call.events ", 0, 50));
        assertThat(journal.of("2 receive transcripts")).isEqualTo(lines("2 receive transcripts ", 0, 50));
    }

    @Test
    void the_control_topic_is_read_to_its_end_before_any_work_begins() throws Exception {
        // Given
        for (int n = 0; n < 40; n++) {
            stand.write(CONTROL, callIn(n % 4), n);
        }

        // When
        var loop = PartitionLoop.builder(stand.kafka, GROUP)
                .read(EVENTS)
                .control(CONTROL, record -> journal.add("control " + RecordingWork.number(record)))
                .work(partition -> new RecordingWork(partition, journal))
                .start();
        open.add(loop);
        await().until(() -> loop.running() == 4);
        stand.write(CONTROL, callIn(0), 99);

        // Then
        await().until(() -> journal.contains("control 99"));
        assertThat(journal.subList(0, 40)).allMatch(line -> line.startsWith("control"));
        assertThat(journal.of("begins")).hasSize(4);
    }

    @Test
    void a_new_owner_is_given_the_newest_state_of_each_key_and_reads_from_where_it_says() throws Exception {
        // Given
        var call = callIn(1);
        var other = call + "0123456789".substring(0, 1);
        stand.write(STATE, call, 1);
        stand.write(STATE, call, 2);
        var partitionOfOther = dev.parley.schemas.Partitions.of(other, LoopStand.PARTITIONS);
        stand.write(STATE, other, 3);
        stand.kafka.publisher(PublishProfile.LIVE).publish(STATE, other, null).get();
        for (int n = 0; n < 10; n++) {
            stand.write(EVENTS, call, n);
        }

        // When
        open.add(PartitionLoop.builder(stand.kafka, GROUP)
                .read(EVENTS)
                .state(STATE)
                .work(partition -> {
                    var work = new RecordingWork(partition, journal);
                    work.startAt = partition == 1 ? Map.of(EVENTS, 7L) : Map.of();
                    return work;
                })
                .start());

        // Then
        await().until(() -> journal.contains("1 receive call.events 9"));
        assertThat(journal.of("restore")).containsExactly("1 restore " + call + " 2");
        assertThat(journal.of("receive")).isEqualTo(lines("1 receive call.events ", 7, 10));
        assertThat(partitionOfOther).isBetween(0, 3);
    }

    @Test
    void after_an_orderly_end_the_next_owner_goes_on_where_the_work_was_done_and_no_further() throws Exception {
        // Given: record 6 is never done
        var call = callIn(3);
        for (int n = 0; n < 10; n++) {
            stand.write(EVENTS, call, n);
        }
        var first = start(journal, work -> work.held = record -> RecordingWork.number(record) == 6, EVENTS);
        await().until(() -> journal.contains("3 receive call.events 9"));
        first.close();

        // When
        var next = new Journal();
        start(next, work -> {}, EVENTS);

        // Then
        await().until(() -> next.contains("3 receive call.events 9"));
        assertThat(next.of("receive")).isEqualTo(lines("3 receive call.events ", 6, 10));
        assertThat(journal.of("ends")).hasSize(4);
    }

    @Test
    void while_the_work_goes_on_no_offset_beyond_what_is_done_is_committed() throws Exception {
        // Given
        var call = callIn(0);
        for (int n = 0; n < 10; n++) {
            stand.write(EVENTS, call, n);
        }

        // When
        start(journal, work -> work.held = record -> RecordingWork.number(record) == 4, EVENTS);

        // Then
        await().until(() -> stand.committed(GROUP, EVENTS.name(), 0) >= 4);
        await().during(Duration.ofMillis(2500))
                .atMost(Duration.ofSeconds(5))
                .until(() -> stand.committed(GROUP, EVENTS.name(), 0) == 4);
    }

    @Test
    void partition_numbers_move_whole_and_are_never_worked_on_twice_at_a_time() throws Exception {
        // Given: one owner of all four, with two topics
        var both = new Journal();
        start(both, work -> {}, EVENTS, SIBLING);
        await().until(() -> both.of("begins").size() == 4);

        // When: a second one joins while records come
        var second = start(both, work -> {}, EVENTS, SIBLING);
        for (int n = 0; n < 200; n++) {
            stand.write(n % 2 == 0 ? EVENTS : SIBLING, callIn(n / 2 % 4), n);
        }

        // Then
        await().atMost(Duration.ofSeconds(30)).until(() -> second.running() == 2);
        await().until(() -> LongStream.range(0, 200)
                .allMatch(n -> both.stream().anyMatch(line -> line.contains(" receive ") && line.endsWith(" " + n))));
        for (int partition = 0; partition < 4; partition++) {
            var life = new ArrayList<String>();
            for (var line : both) {
                if (line.equals(partition + " begins") || line.equals(partition + " ends")) {
                    life.add(line.substring(2));
                }
            }
            assertThat(life).as("partition %d", partition).isIn(List.of("begins"), List.of("begins", "ends", "begins"));
        }
    }

    @Test
    void what_cannot_be_used_goes_to_the_dead_letters_with_the_reason_and_the_rest_goes_on() throws Exception {
        // Given
        var call = callIn(1);
        var letters = new CopyOnWriteArrayList<String>();
        stand.write(EVENTS, call, 0);
        stand.writeRaw(EVENTS.name(), 1, call, "no Avro".getBytes(StandardCharsets.UTF_8));
        stand.write(EVENTS, call, 2);
        stand.write(EVENTS, call, 3);
        stand.writeRaw(EVENTS.name(), 1, call, new byte[] {0, 0, 0, 9, 9, 1});

        // When
        start(journal, work -> work.refused = record -> RecordingWork.number(record) == 2, EVENTS);

        // Then
        await().until(() -> stand.committed(GROUP, EVENTS.name(), 1) == 5);
        assertThat(journal.of("receive")).containsExactly("1 receive call.events 0", "1 receive call.events 3");
        try (var reader = stand.kafka.consumer(Map.of(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 10))) {
            reader.assign(List.of(new TopicPartition(Topics.DEAD_LETTERS, 0)));
            reader.seekToBeginning(reader.assignment());
            await().until(() -> {
                reader.poll(Duration.ofMillis(200))
                        .forEach(letter -> letters.add(header(letter, DeadLetters.TOPIC) + "-"
                                + header(letter, DeadLetters.PARTITION) + "@" + header(letter, DeadLetters.OFFSET) + " "
                                + new String(letter.key(), StandardCharsets.UTF_8) + ": "
                                + header(letter, DeadLetters.REASON)));
                return letters.size() == 3;
            });
        }
        assertThat(letters.get(0))
                .isEqualTo(
                        "call.events-1@1 " + call
                                + ": A record of call.events is not in Confluent's wire format: 7 bytes, the first is 110, not 0");
        assertThat(letters.get(1))
                .isEqualTo("call.events-1@2 " + call
                        + ": The work on it failed: java.lang.IllegalStateException: refused on purpose");
        assertThat(letters.get(2))
                .startsWith("call.events-1@4 " + call
                        + ": A record of call.events has schema id 2313, which the registry does not know");
    }

    @Test
    void a_broker_that_is_away_for_ten_seconds_costs_neither_the_loop_nor_a_record() throws Exception {
        // Given
        var call = callIn(2);
        var works = new ConcurrentHashMap<Integer, RecordingWork>();
        var tailed = new CopyOnWriteArrayList<Long>();
        var loop = start(journal, work -> works.put(works.size(), work), EVENTS, SIBLING);
        var tail = TopicTail.start(
                stand.kafka, EVENTS, TopicTail.From.END, record -> tailed.add(RecordingWork.number(record)));
        open.add(tail);
        tail.caughtUp().get();
        stand.write(EVENTS, call, 0);
        await().until(() -> journal.contains("2 receive call.events 0"));

        // When
        stand.broker.stop();
        var publisher = stand.kafka.publisher(PublishProfile.LIVE);
        List<CompletableFuture<?>> published = new ArrayList<>();
        for (int n = 1; n <= 100; n++) {
            var number = n;
            long before = System.nanoTime();
            published.add(publisher.publish(EVENTS, call, LoopStand.event(call, number)));
            assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofMillis(200));
            await().pollDelay(Duration.ofMillis(100)).until(() -> true);
        }
        stand.broker.restart();

        // Then
        await().atMost(Duration.ofSeconds(30)).until(() -> journal.contains("2 receive call.events 100"));
        assertThat(published).allMatch(each -> each.isDone() && !each.isCompletedExceptionally());
        assertThat(journal.of("2 receive call.events").stream().distinct()).hasSize(101);
        await().until(() -> tailed.size() >= 101);
        assertThat(loop.live()).isTrue();
        assertThat(loop.fault()).isEmpty();
        assertThat(works.values()).allMatch(work -> work.longestTickGap.compareTo(Duration.ofSeconds(1)) < 0);
        await().atMost(Duration.ofSeconds(20)).until(() -> stand.committed(GROUP, EVENTS.name(), 2) == 101);
    }

    @Test
    void tasks_of_other_threads_run_on_the_loops_thread_soon_and_in_order() throws Exception {
        // Given
        var loop = start(journal, work -> {}, EVENTS);
        await().until(() -> loop.running() == 4);
        var done = new CopyOnWriteArrayList<Integer>();
        var threads = ConcurrentHashMap.<String>newKeySet();

        // When
        IntStream.range(0, 1000)
                .forEach(n -> loop.execute(() -> {
                    done.add(n);
                    threads.add(Thread.currentThread().getName());
                }));

        // Then
        await().until(() -> done.size() == 1000);
        assertThat(done).isSorted();
        assertThat(threads).containsExactly("loop-" + GROUP);
    }

    @Test
    void a_fault_of_the_work_ends_the_loop_without_a_commit() throws Exception {
        // Given
        var call = callIn(0);
        stand.write(EVENTS, call, 0);
        var broken = new AtomicBoolean();
        var loop = start(
                journal,
                work -> work.refused = record -> {
                    broken.set(true);
                    throw new AssertionError("a bug");
                },
                EVENTS);

        // When
        await().untilTrue(broken);

        // Then
        await().until(() -> !loop.live());
        assertThat(loop.fault()).hasValueSatisfying(fault -> assertThat(fault).hasMessage("a bug"));
        assertThat(loop.notReadyBecause())
                .hasValueSatisfying(why -> assertThat(why).contains("a bug"));
        assertThat(stand.committed(GROUP, EVENTS.name(), 0)).isEqualTo(-1);
    }

    @Test
    void a_killed_owner_is_noticed_in_seconds_and_nothing_of_its_work_is_lost() throws Exception {
        // Given: an owner in a process of its own that has done 0 to 9 and holds 5
        var call = callIn(1);
        for (int n = 0; n < 10; n++) {
            stand.write(EVENTS, call, n);
        }
        try (var process = LoopProcess.start(stand.broker.bootstrapServers(), GROUP, 5)) {
            process.await("1 receive call.events 9");
            await().until(() -> stand.committed(GROUP, EVENTS.name(), 1) == 5);
            var loop = start(journal, work -> {}, EVENTS);

            // When
            process.kill();
            var killed = Instant.now();

            // Then
            await().atMost(Duration.ofSeconds(10)).until(() -> loop.running() == 4);
            assertThat(Duration.between(killed, Instant.now())).isLessThan(Duration.ofSeconds(8));
            await().until(() -> journal.contains("1 receive call.events 9"));
            assertThat(journal.of("1 receive")).isEqualTo(lines("1 receive call.events ", 5, 10));
        }
    }

    @Test
    void a_frozen_owner_finds_its_partitions_lost_and_its_heartbeat_long_past() throws Exception {
        // Given
        var call = callIn(1);
        try (var process = LoopProcess.start(stand.broker.bootstrapServers(), GROUP, -1)) {
            process.await("1 begins");
            process.freeze();
            var loop = start(journal, work -> {}, EVENTS);
            await().atMost(Duration.ofSeconds(15)).until(() -> loop.running() == 4);
            stand.write(EVENTS, call, 0);
            await().until(() -> journal.contains("1 receive call.events 0"));

            // When
            process.thaw();

            // Then
            process.await("1 lost");
            assertThat(process.lines()).noneMatch(line -> line.contains("1 ends"));
            assertThat(process.lines()).anyMatch(line -> line.startsWith("stale heartbeat"));
        }
    }

    private PartitionLoop start(Journal into, Consumer<RecordingWork> adjust, Topic<?>... topics) {
        var loop = PartitionLoop.builder(stand.kafka, GROUP)
                .read(topics)
                .work(partition -> {
                    var work = new RecordingWork(partition, into);
                    adjust.accept(work);
                    return work;
                })
                .start();
        open.add(loop);
        return loop;
    }

    private static List<String> lines(String prefix, int from, int to) {
        return IntStream.range(from, to).mapToObj(n -> prefix + n).toList();
    }

    private static String header(org.apache.kafka.clients.consumer.ConsumerRecord<?, ?> letter, String name) {
        return new String(letter.headers().lastHeader(name).value(), StandardCharsets.UTF_8);
    }
}
