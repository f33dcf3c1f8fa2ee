package dev.parley.chunker.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.chunker.Sounds;
import dev.parley.chunker.SpokenCall;
import dev.parley.chunker.domain.ListeningSettings;
import dev.parley.chunker.vad.Batch;
import dev.parley.records.AudioFrame;
import dev.parley.records.ListeningCheckpoint;
import dev.parley.runtime.Metrics;
import dev.parley.runtime.kafka.Publisher;
import dev.parley.runtime.kafka.Received;
import dev.parley.runtime.kafka.RecordingPublisher.Published;
import dev.parley.schemas.Topic;
import dev.parley.schemas.Topics;
import dev.parley.speech.VoiceActivityModel;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Two interleaved calls, the real network, and the chunker killed after every record in turn: the output of the dead and the new owner together, once duplicates
 * are dropped, is that of an undisturbed run, byte for byte.
 *
 * <p>The dead owner's part is the undisturbed run up to the kill. The new owner is run until it has written a checkpoint of each call that is equal to the
 * undisturbed one: from equal states on equal records nothing can differ any more. A sample of the kills is run to the end all the same.
 */
class KilledAtEveryFrameTest {
    private static final Clock CLOCK = Clock.fixed(Instant.EPOCH, ZoneOffset.UTC);
    private static final int CONVERGED = 1;

    /** What an owner did: what it wrote, how much of it after each record, and what it could have committed then. */
    @SuppressWarnings("ArrayRecordComponent") // Compared by nobody.
    private record Owner(List<Published> written, int[] writtenAfter, long[] committableAfter) {}

    @Test
    void whatWasDecidedDoesNotDependOnWhenTheOwnerDied() {
        List<AudioFrame> log = twoCalls();
        try (VoiceActivityModel model = Sounds.silero()) {
            Owner undisturbed = listen(log, model, List.of(), 0, Integer.MAX_VALUE);
            Random sample = new Random(1);

            for (int kill = 1; kill < log.size(); kill++) {
                boolean toTheEnd = sample.nextInt(100) == 0;
                List<Published> before = undisturbed.written.subList(0, undisturbed.writtenAfter[kill - 1]);
                long from = Math.max(0, undisturbed.committableAfter[kill - 1]);
                Owner next =
                        listen(log, model, newestCheckpoints(before), from, toTheEnd ? Integer.MAX_VALUE : CONVERGED);

                assertSameOutput(undisturbed.written, before, next.written, "killed after record " + kill);
            }
        }
    }

    @Test
    void withoutTheCheckpointTheOutputDiffers() {
        List<AudioFrame> log = twoCalls();
        try (VoiceActivityModel model = Sounds.silero()) {
            Owner undisturbed = listen(log, model, List.of(), 0, Integer.MAX_VALUE);
            int differing = 0;
            int kills = 0;

            for (int kill = 150; kill < log.size() - 100; kill += 97) {
                List<Published> before = undisturbed.written.subList(0, undisturbed.writtenAfter[kill - 1]);
                Owner next = listen(
                        log, model, List.of(), Math.max(0, undisturbed.committableAfter[kill - 1]), Integer.MAX_VALUE);
                kills++;
                differing += outputs(undisturbed.written).equals(outputs(join(before, next.written))) ? 0 : 1;
            }

            // What is read back for the echo of the bot is much of so short a call: a new owner often gets there
            // without.
            assertThat(differing).as("of %d kills", kills).isGreaterThan(kills / 3);
        }
    }

    /** Ten seconds each: pauses, a partial, a turn's end, an interruption of the bot; English and Russian. */
    private static List<AudioFrame> twoCalls() {
        SpokenCall english = new SpokenCall("asterisk~en")
                .silence(0.3)
                .say(Sounds.recording("en/demo-instruct"), 0, 5.6)
                .silence(2.2)
                .bot("answer-asterisk_7een-3-1-0-0-0", 2)
                .silence(0.3)
                .say(Sounds.recording("en/demo-instruct"), 10, 11.6);
        SpokenCall russian = new SpokenCall("asterisk~ru")
                .say(Sounds.recording("ru/demo-instruct"), 3, 4.2)
                .silence(1.7)
                .say(Sounds.recording("ru/demo-instruct"), 20, 22.5)
                .silence(0.4)
                .say(Sounds.recording("ru/demo-instruct"), 30, 30.4)
                .silence(2.4)
                .say(Sounds.recording("ru/demo-instruct"), 40, 41);
        List<AudioFrame> first = english.records();
        List<AudioFrame> second = russian.records();
        List<AudioFrame> log = new ArrayList<>();
        for (int i = 0; i < Math.max(first.size(), second.size()); i++) {
            if (i < first.size()) {
                log.add(first.get(i));
            }
            if (i < second.size()) {
                log.add(second.get(i));
            }
        }
        return log;
    }

    private static Owner listen(
            List<AudioFrame> log, VoiceActivityModel model, List<Received<?>> checkpoints, long from, int converged) {
        Collected publisher = new Collected();
        Metrics metrics = Metrics.inMemory();
        Calls calls = new Calls(new Batch(model), metrics);
        Outlet outlet = new Outlet(publisher, Runnable::run, metrics, CLOCK);
        ListeningPartition partition =
                new ListeningPartition(ListeningSettings.DEFAULTS, calls, outlet, CLOCK, () -> true, closed -> {});
        partition.restore(checkpoints);
        int[] written = new int[log.size()];
        long[] committable = new long[log.size()];
        for (int offset = (int) from; offset < log.size(); offset++) {
            AudioFrame frame = log.get(offset);
            partition.receive(new Received<>(Topics.AUDIO_FRAMES, 0, offset, Instant.EPOCH, frame.getCallId(), frame));
            partition.tick(Instant.EPOCH);
            written[offset] = publisher.written.size();
            committable[offset] = partition.committable(Topics.AUDIO_FRAMES);
            if (publisher.checkpoints.size() == 2
                    && publisher.checkpoints.values().stream().allMatch(n -> n >= converged)) {
                break;
            }
        }
        return new Owner(publisher.written, written, committable);
    }

    /** Acknowledges at once; counts the checkpoints of each call. */
    private static final class Collected implements Publisher {
        final List<Published> written = new ArrayList<>();
        final Map<String, Integer> checkpoints = new HashMap<>();

        @Override
        public <T extends SpecificRecord> CompletableFuture<@Nullable Void> publish(
                Topic<T> topic, String key, String callId, @Nullable T value) {
            written.add(new Published(topic.name(), key, callId, value));
            if (value instanceof ListeningCheckpoint) {
                checkpoints.merge(callId, 1, Integer::sum);
            }
            return CompletableFuture.completedFuture(null);
        }
    }

    private static List<Received<?>> newestCheckpoints(List<Published> written) {
        Map<String, Received<?>> newest = new LinkedHashMap<>();
        for (Published record : written) {
            if (record.value() instanceof ListeningCheckpoint checkpoint) {
                newest.put(
                        record.key(),
                        new Received<>(Topics.LISTENING_STATE, 0, 0, Instant.EPOCH, record.key(), checkpoint));
            }
        }
        return List.copyOf(newest.values());
    }

    private static void assertSameOutput(
            List<Published> undisturbed, List<Published> before, List<Published> after, String when) {
        List<Published> joined = join(before, after);
        Map<String, List<SpecificRecord>> expected = outputs(undisturbed);
        Map<String, List<SpecificRecord>> actual = outputs(joined);
        actual.forEach((topicAndCall, records) -> assertThat(records)
                .as("%s, %s", topicAndCall, when)
                .isEqualTo(expected.getOrDefault(topicAndCall, List.of()).subList(0, records.size())));
    }

    private static List<Published> join(List<Published> before, List<Published> after) {
        List<Published> joined = new ArrayList<>(before);
        joined.addAll(after);
        return joined;
    }

    /** By topic and call, without duplicates, in order; checkpoints too. */
    private static Map<String, List<SpecificRecord>> outputs(List<Published> written) {
        Map<String, Map<SpecificRecord, SpecificRecord>> byTopicAndCall = new LinkedHashMap<>();
        for (Published record : written) {
            SpecificRecord value = record.value();
            if (value != null) {
                byTopicAndCall
                        .computeIfAbsent(record.topic() + " " + record.callId(), any -> new LinkedHashMap<>())
                        .putIfAbsent(value, value);
            }
        }
        Map<String, List<SpecificRecord>> outputs = new LinkedHashMap<>();
        byTopicAndCall.forEach((key, values) -> outputs.put(key, List.copyOf(values.values())));
        return outputs;
    }
}
