package dev.parley.agent.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.agent.kafka.MemoryWorld.Without;
import dev.parley.records.BargeIn;
import dev.parley.records.CallEvent;
import dev.parley.records.CallEventType;
import dev.parley.records.CallStarted;
import dev.parley.records.ChunkStage;
import dev.parley.records.EndReason;
import dev.parley.records.Heard;
import dev.parley.records.Reply;
import dev.parley.records.ReplyType;
import dev.parley.records.Said;
import dev.parley.records.SpeechEvent;
import dev.parley.records.SpeechEventType;
import dev.parley.records.Transcript;
import dev.parley.records.TranscriptStatus;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What the agent guarantees, whatever happens to it: each utterance is answered exactly once, nothing void is said, nothing is spliced. */
class GuaranteesTest {
    private static final long SEED = 20_261_123;
    private static final int NEVER = -1;

    /** A conversation: greeting, a plain turn, a pause inside, a backchannel, an interruption, a turn that goes on, noise; and everything that was written twice by a chunker that died. */
    private static void converse(MemoryWorld world, @Nullable Random shuffle) {
        world.write(started());
        world.hear(5);
        // A plain turn.
        List<SpecificRecord> first = says(100, 200, "Where is my parcel", null);
        write(world, first, 310, shuffle);
        // A pause inside.
        Reply heard = world.nextToBeHeard();
        world.hear(310);
        List<SpecificRecord> paused = new ArrayList<>();
        paused.add(speech(SpeechEventType.SPEECH_STARTED, 600, 605, 604, null));
        paused.add(provisional(600, 0, 680, "I would like to"));
        paused.add(resumed(600, 710, 0, 0));
        paused.add(provisional(600, 1, 780, "I would like to book a table"));
        paused.add(end(600, 770, 1));
        write(world, paused, 880, shuffle);
        // 'Mm-hm' over the answer.
        heard = world.nextToBeHeard();
        write(world, says(900, 920, "Mm-hm", world.hearing(heard)), 1025, shuffle);
        // An interruption.
        heard = world.nextToBeHeard();
        write(world, says(1030, 1080, "No wait that is wrong", world.hearing(heard)), 1185, shuffle);
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
        Map<Class<?>, List<SpecificRecord>> topics = new HashMap<>();
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

    static MemoryWorld run(int killAt, Without without, long seed) {
        MemoryWorld world = new MemoryWorld(killAt, without, seed);
        converse(world, null);
        return world;
    }

    /** What a run says, without the names of processes. */
    private static Map<Long, List<String>> outcome(MemoryWorld world) {
        Map<Long, List<String>> outcome = new TreeMap<>();
        world.answers()
                .forEach((utterance, sentences) -> outcome.put(
                        utterance,
                        sentences.stream()
                                .map(s -> s.replaceAll(" by \\d+", ""))
                                .toList()));
        return outcome;
    }

    @Test
    void aConversationIsAnsweredTurnByTurn() {
        MemoryWorld world = run(NEVER, Without.NOTHING, SEED);
        assertThat(outcome(world))
                .containsExactly(
                        Map.entry(100L, sentences("Where is my parcel")),
                        Map.entry(1030L, sentences("No wait that is wrong")),
                        Map.entry(1720L, sentences("I want a pizza with mushrooms")));
        assertThat(world.saved().getHistory())
                .extracting(Said::getText)
                .contains(
                        "Where is my parcel",
                        "I would like to book a table",
                        "No wait that is wrong",
                        "I want a pizza with mushrooms")
                .doesNotContain("Mm-hm");
    }

    @Test
    void killedAtAnyRecordTheOutcomeIsTheSame() {
        MemoryWorld undisturbed = run(NEVER, Without.NOTHING, SEED);
        for (int killAt = 1; killAt <= undisturbed.events(); killAt++) {
            MemoryWorld world = run(killAt, Without.NOTHING, SEED + killAt);
            String problem = problem(undisturbed, world);
            assertThat(problem)
                    .as("killed at %d of %d, seed %d", killAt, undisturbed.events(), SEED + killAt)
                    .isNull();
        }
    }

    @Test
    void withoutTheLogThatTestFails() {
        assertThat(kills(Without.THE_LOG)).isPositive();
    }

    /**
     * What is written anew has new offsets, and the log of a turn that was heard to its end is behind those that are read back: only the watermark is left. Turns
     * before an interruption prove nothing, for answers to them are void anyway.
     */
    @Test
    void withoutTheWatermarkThatTestFails() {
        assertThat(kills(Without.THE_WATERMARK)).isPositive();
    }

    private static long kills(Without without) {
        MemoryWorld undisturbed = run(NEVER, Without.NOTHING, SEED);
        long problems = 0;
        for (int killAt = 1; killAt <= undisturbed.events(); killAt++) {
            if (problem(undisturbed, run(killAt, without, SEED + killAt)) != null) {
                problems++;
            }
        }
        return problems;
    }

    /** What is wrong with a run; null when nothing is. */
    private static @Nullable String problem(MemoryWorld undisturbed, MemoryWorld world) {
        if (!outcome(world).equals(outcome(undisturbed))) {
            return "answers " + world.answers() + " instead of " + outcome(undisturbed);
        }
        Map<String, String> chunks = new HashMap<>();
        long voidBefore = 0;
        for (MemoryWorld.Written each : world.written) {
            if (each.value() instanceof BargeIn state) {
                voidBefore = Math.max(voidBefore, state.getVoidBefore());
            } else if (each.value() instanceof Reply reply) {
                if (reply.getTurn() != null && reply.getTurn() < voidBefore) {
                    return "void, and said: " + reply;
                }
                if (reply.getType() == ReplyType.CHUNK) {
                    String key = MemoryWorld.id(reply) + "/" + reply.getN();
                    String text = String.valueOf(reply.getText());
                    if (!chunks.getOrDefault(key, text).equals(text)) {
                        return "said in two ways: " + key;
                    }
                    chunks.put(key, text);
                }
            }
        }
        if (world.saved() == null) {
            return "never at rest again";
        }
        List<String> said = said(world);
        return said.equals(said(undisturbed)) ? null : "history " + said;
    }

    private static List<String> said(MemoryWorld world) {
        return world.saved().getHistory().stream()
                .map(line -> line.getSpeaker() + " " + line.getText().replaceAll(" by \\d+", ""))
                .toList();
    }

    @Test
    void anyOrderAcrossTopicsGivesTheSameAnswers() {
        Map<Long, List<String>> inOrder = outcome(run(NEVER, Without.NOTHING, SEED));
        for (long seed = SEED; seed < SEED + 300; seed++) {
            MemoryWorld world = new MemoryWorld(NEVER, Without.NOTHING, seed);
            converse(world, new Random(seed));
            assertThat(outcome(world)).as("seed %d", seed).isEqualTo(inOrder);
        }
    }

    // ---------------------------------------------------------------- records

    private static List<String> sentences(String text) {
        return List.of("Sentence 1 to " + text + ".", "Sentence 2 to " + text + ".", "Sentence 3 to " + text + ".");
    }

    private static List<SpecificRecord> says(long first, long last, String text, @Nullable Heard over) {
        List<SpecificRecord> records = new ArrayList<>();
        records.add(speech(SpeechEventType.SPEECH_STARTED, first, first + 5, first + 4, over));
        int revision = 0;
        if (over != null) {
            records.add(speech(SpeechEventType.SUSPECTED, first, first + 8, first + 7, over));
            Transcript early = provisional(first, 0, first + 16, text);
            early.setEarlyWords(true);
            records.add(early);
            revision = 1;
        }
        records.add(provisional(first, revision, last + 8, text));
        records.add(end(first, last, revision));
        Transcript same = provisional(first, revision + 1, last + 100, "");
        same.setStage(ChunkStage.FINAL);
        same.setStatus(TranscriptStatus.SAME_AUDIO);
        same.setSameAudioAs(revision);
        records.add(same);
        return records;
    }

    private static long at(long frame) {
        return MemoryWorld.micros(MemoryWorld.ZERO) + frame * 20_000;
    }

    private static CallEvent started() {
        return CallEvent.newBuilder()
                .setCallId(MemoryWorld.CALL)
                .setType(CallEventType.STARTED)
                .setFrame(0)
                .setAt(at(0))
                .setStarted(new CallStarted("+1", "100", "pbx", "1", "en", at(0)))
                .build();
    }

    private static SpeechEvent speech(
            SpeechEventType type, long utterance, long frame, long lastVoiced, @Nullable Heard over) {
        return SpeechEvent.newBuilder()
                .setCallId(MemoryWorld.CALL)
                .setType(type)
                .setUtterance(utterance)
                .setFrame(frame)
                .setAt(at(frame))
                .setLastVoicedFrame(lastVoiced)
                .setHeard(over)
                .build();
    }

    private static SpeechEvent resumed(long utterance, long frame, int index, int revision) {
        SpeechEvent event = speech(SpeechEventType.RESUMED, utterance, frame, frame, null);
        event.setIndex(index);
        event.setRevision(revision);
        return event;
    }

    private static SpeechEvent end(long utterance, long last, int revision) {
        SpeechEvent event = speech(SpeechEventType.END_OF_TURN, utterance, last + 100, last, null);
        event.setReason(EndReason.SILENCE);
        event.setIndex(0);
        event.setRevision(revision);
        return event;
    }

    private static Transcript provisional(long utterance, int revision, long frame, String text) {
        return Transcript.newBuilder()
                .setCallId(MemoryWorld.CALL)
                .setUtterance(utterance)
                .setIndex(0)
                .setRevision(revision)
                .setStage(ChunkStage.PROVISIONAL)
                .setFirstFrame(utterance)
                .setLastFrame(frame)
                .setStatus(TranscriptStatus.RECOGNISED)
                .setText(text)
                .setFrame(frame)
                .setAt(at(frame))
                .build();
    }
}
