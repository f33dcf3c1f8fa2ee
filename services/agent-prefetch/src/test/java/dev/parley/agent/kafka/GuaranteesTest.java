package dev.parley.agent.kafka;

import static dev.parley.agent.CallRecords.early;
import static dev.parley.agent.CallRecords.end;
import static dev.parley.agent.CallRecords.over;
import static dev.parley.agent.CallRecords.provisional;
import static dev.parley.agent.CallRecords.resumed;
import static dev.parley.agent.CallRecords.sameAudio;
import static dev.parley.agent.CallRecords.speech;
import static dev.parley.agent.CallRecords.started;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.agent.kafka.MemoryAgent.Without;
import dev.parley.records.Reply;
import dev.parley.records.SpeechEventType;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What the agent guarantees, whatever happens to it: each utterance is answered exactly once, nothing void is said, nothing is spliced. */
class GuaranteesTest {
    private static final long SEED = 20_261_123;
    private static final int NEVER = -1;

    /** A conversation: greeting, a plain turn, a pause inside, a backchannel, an interruption, a turn that goes on, noise; and everything that was written twice by a chunker that died. */
    private static void converse(MemoryWorld world, @Nullable Random shuffle) {
        world.write(started("en"));
        world.hear(5);
        // A plain turn.
        List<SpecificRecord> first = says(100, 200, "Where is my parcel", null);
        write(world, first, 310, shuffle);
        // A pause inside.
        Reply heard = world.nextToBeHeard();
        world.hear(310);
        List<SpecificRecord> paused = new ArrayList<>();
        paused.add(speech(SpeechEventType.SPEECH_STARTED, 600, 605, 604));
        paused.add(provisional(600, 0, 0, 680, "I would like to"));
        paused.add(resumed(600, 710, 0, 0));
        paused.add(provisional(600, 0, 1, 780, "I would like to book a table"));
        paused.add(end(600, 770, 0, 1));
        write(world, paused, 880, shuffle);
        // 'Mm-hm' over the answer.
        heard = world.nextToBeHeard();
        write(world, says(900, 920, "Mm-hm", heard), 1025, shuffle);
        // An interruption.
        heard = world.nextToBeHeard();
        write(world, says(1030, 1080, "No wait that is wrong", heard), 1185, shuffle);
        world.cutShort(heard, 1000, 1040);
        world.hear(1190);
        // A turn that goes on before anything of its answer was heard.
        write(world, says(1500, 1600, "I want a pizza", null), 1705, shuffle);
        List<SpecificRecord> last = says(1720, 1800, "with mushrooms", null);
        write(world, last, 1905, shuffle);
        world.hear(1910);
        // Noise.
        write(world, says(2200, 2210, "", null), 2315, shuffle);
        // A chunker that died says earlier turns again: two that an interruption has made void since, and one that
        // nothing but the watermark knows to be answered.
        write(world, first, 2600, null);
        write(world, paused, 2610, null);
        write(world, last, 2620, null);
        world.at(2900);
    }

    private static void write(MemoryWorld world, List<SpecificRecord> records, long frame, @Nullable Random shuffle) {
        world.at(frame);
        List<SpecificRecord> merged = shuffle == null ? records : merge(records, shuffle);
        if (shuffle == null) {
            merged.forEach(world::write);
        } else {
            world.write(merged.toArray(SpecificRecord[]::new));
        }
        world.at(frame + 1);
    }

    /** Any order across topics, the records of each in theirs. */
    private static List<SpecificRecord> merge(List<SpecificRecord> records, Random random) {
        Map<Class<?>, List<SpecificRecord>> topics = new LinkedHashMap<>();
        records.forEach(r ->
                topics.computeIfAbsent(r.getClass(), c -> new ArrayList<>()).add(r));
        List<List<SpecificRecord>> left = new ArrayList<>(topics.values());
        List<SpecificRecord> merged = new ArrayList<>();
        while (!left.isEmpty()) {
            List<SpecificRecord> topic = left.get(random.nextInt(left.size()));
            merged.add(topic.removeFirst());
            left.removeIf(List::isEmpty);
        }
        return merged;
    }

    @Test
    void aConversationIsAnsweredTurnByTurn() {
        Outcome outcome = new Outcome(run(NEVER, Without.NOTHING, SEED));
        assertThat(outcome.answers())
                .containsExactly(
                        Map.entry(100L, sentences("Where is my parcel")),
                        Map.entry(1030L, sentences("No wait that is wrong")),
                        Map.entry(1720L, sentences("I want a pizza with mushrooms")));
        assertThat(outcome.history())
                .contains(
                        "CALLER Where is my parcel",
                        "CALLER I would like to book a table",
                        "CALLER No wait that is wrong",
                        "CALLER I want a pizza with mushrooms")
                .noneMatch(line -> line.contains("Mm-hm"));
    }

    @Test
    void killedAtAnyRecordTheOutcomeIsTheSame() {
        assertThat(problems(Without.NOTHING)).isEmpty();
    }

    @Test
    void withoutTheLogThatTestFails() {
        assertThat(problems(Without.THE_LOG)).isNotEmpty();
    }

    /**
     * What is written anew has new offsets, and the log of a turn that was heard to its end is behind those that are read back: only the watermark is left. Turns
     * before an interruption prove nothing, for answers to them are void anyway.
     */
    @Test
    void withoutTheWatermarkThatTestFails() {
        assertThat(problems(Without.THE_WATERMARK)).isNotEmpty();
    }

    /** What went wrong in runs that were killed at each record in turn. */
    private static List<String> problems(Without without) {
        MemoryWorld undisturbed = run(NEVER, Without.NOTHING, SEED);
        Outcome expected = new Outcome(undisturbed);
        List<String> problems = new ArrayList<>();
        for (int killAt = 1; killAt <= undisturbed.events(); killAt++) {
            String problem = new Outcome(run(killAt, without, SEED + killAt)).problem(expected);
            if (problem != null) {
                problems.add("killed at %d of %d, seed %d: %s"
                        .formatted(killAt, undisturbed.events(), SEED + killAt, problem));
            }
        }
        return problems;
    }

    private static MemoryWorld run(int killAt, Without without, long seed) {
        MemoryWorld world = new MemoryWorld(killAt, without, seed);
        converse(world, null);
        return world;
    }

    @Test
    void anyOrderAcrossTopicsGivesTheSameAnswers() {
        Map<Long, List<String>> inOrder = new Outcome(run(NEVER, Without.NOTHING, SEED)).answers();
        for (long seed = SEED; seed < SEED + 300; seed++) {
            MemoryWorld world = new MemoryWorld(NEVER, Without.NOTHING, seed);
            converse(world, new Random(seed));
            assertThat(new Outcome(world).answers()).as("seed %d", seed).isEqualTo(inOrder);
        }
    }

    // ---------------------------------------------------------------- records

    private static List<String> sentences(String text) {
        return List.of("Sentence 1 to " + text + ".", "Sentence 2 to " + text + ".", "Sentence 3 to " + text + ".");
    }

    private static List<SpecificRecord> says(long first, long last, String text, @Nullable Reply over) {
        List<SpecificRecord> records = new ArrayList<>();
        records.add(over(speech(SpeechEventType.SPEECH_STARTED, first, first + 5, first + 4), over));
        int revision = 0;
        if (over != null) {
            records.add(over(speech(SpeechEventType.SUSPECTED, first, first + 8, first + 7), over));
            records.add(early(first, 0, first + 16, text));
            revision = 1;
        }
        records.add(provisional(first, 0, revision, last + 8, text));
        records.add(end(first, last, 0, revision));
        records.add(sameAudio(first, 0, revision + 1, last + 100));
        return records;
    }
}
