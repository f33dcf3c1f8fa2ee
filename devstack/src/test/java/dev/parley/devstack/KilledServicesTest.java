package dev.parley.devstack;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.audio.Sound;
import dev.parley.devstack.ProcessStack.Part;
import dev.parley.devstack.audit.Entry;
import dev.parley.devstack.audit.Timeline;
import dev.parley.records.PlaybackEvent;
import dev.parley.records.PlaybackEventType;
import dev.parley.records.Reply;
import dev.parley.records.ReplyType;
import dev.parley.records.Transcript;
import dev.parley.records.UtteranceChunk;
import dev.parley.testkit.caller.Heard;
import dev.parley.testkit.caller.Recordings;
import dev.parley.testkit.caller.Said;
import dev.parley.testkit.caller.ScriptedCaller;
import dev.parley.testkit.caller.Sounds;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.Predicate;
import org.apache.avro.specific.SpecificRecord;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The services as processes, killed as the kernel kills, one in each turn of a call, and started again at once: the call goes on, no
 * utterance is lost, none is answered twice, nothing void is played, nothing is left behind. The caller is a person's recordings; what
 * is judged is his line and what Asterisk was asked for. {@code SEED=…} in the environment repeats a run.
 *
 * <p>What no service can save is what the caller says while no gateway is there to hear it: where the gateway dies in mid-speech, the
 * caller speaks on long enough to be heard again, and where it dies during an answer, he waits until it is back.
 */
class KilledServicesTest {
    private static final Duration PATIENCE = Duration.ofSeconds(45);
    private static final Duration QUIET = Duration.ofMillis(900);
    private static final double SILENCE_MS = 2000;
    private static final List<String> SHORT = List.of(
            "agent-alreadyon",
            "auth-incorrect",
            "ss-noservice",
            "pbx-invalid",
            "privacy-unident",
            "dir-instr",
            "conf-onlyperson",
            "demo-enterkeywords");
    private static final List<String> LONG = List.of("tt-allbusy", "demo-nogo", "demo-moreinfo", "demo-thanks");
    /** Of more than one sentence, so that one that is said twice can be told from the next. */
    private static final List<String> SENTENCES = List.of(
            "I have made a note of that. Please go on.",
            "All right, that is written down. And what else?",
            "Understood, I will pass it on. Is there more?");

    /** When in a turn somebody dies. */
    private enum Moment {
        SPEECH,
        SILENCE,
        /** As soon as a record that the victim has written can be read: acknowledged, and most often not committed. */
        OUTPUT,
        DECISION,
        ANSWER
    }

    /** @param share of the moment's length, 0 to 1 */
    private record Kill(int turn, Part victim, Moment moment, double share) {}

    private record Turn(String name, Sound sound, Kill kill) {}

    private volatile Predicate<SpecificRecord> trigger = record -> false;
    private volatile Meanwhile revived = Meanwhile.nothing();
    private volatile Runnable atTrigger = () -> {};

    @Test
    void aCallGoesOnWhicheverServiceIsKilledInIt(@TempDir Path folder) throws Exception {
        long seed =
                Optional.ofNullable(System.getenv("SEED")).map(Long::parseLong).orElseGet(System::nanoTime);
        System.out.println("KilledServicesTest: SEED=" + seed);
        List<Turn> turns = turns(Given.human(), new Random(seed));
        Map<String, String> settings = PlainBot.settings(folder, SENTENCES, Map.of("REPLY_DEADLINE", "60"));

        try (ProcessStack stack = ProcessStack.start(folder, settings);
                Timeline timeline = new Timeline(stack.clientSettings(), this::seen)) {
            JudgedCall call = new JudgedCall(stack.asterisk(), timeline, PATIENCE);
            Heard heard;
            try {
                heard = call.hold(script(stack, call, turns));
            } finally {
                revived.joinAnyhow();
                keep(stack, timeline);
            }
            Awaitility.await("nothing is left in Asterisk").atMost(PATIENCE).untilAsserted(() -> {
                assertThat(stack.asterisk().livePlaybacks()).isEmpty();
                assertThat(stack.asterisk().liveChannels()).isEmpty();
                assertThat(stack.asterisk().liveBridges()).isEmpty();
            });
            List<String> faults = call.faults(heard);
            print(turns, heard);
            assertThat(faults).as("SEED=%d", seed).isEmpty();
        }
    }

    /** Leaves the records and the logs for people. */
    private static void keep(ProcessStack stack, Timeline timeline) throws IOException {
        Path folder = Files.createDirectories(Path.of("target", "killed"));
        Timeline.write(folder.resolve("timeline.jsonl"), timeline.entries());
        for (Part part : Part.values()) {
            ServiceProcess process = stack.process(part);
            Files.copy(process.log(), folder.resolve(process.name() + ".log"), StandardCopyOption.REPLACE_EXISTING);
        }
    }

    /** Each service dies twice, in turn, at moments of its own. */
    private static List<Turn> turns(Recordings human, Random random) {
        List<String> brief = new ArrayList<>(SHORT);
        List<String> extended = new ArrayList<>(LONG);
        Collections.shuffle(brief, random);
        Collections.shuffle(extended, random);
        Map<Part, List<Moment>> moments = new HashMap<>();
        for (Part part : Part.values()) {
            List<Moment> shuffled = new ArrayList<>(Arrays.asList(Moment.values()));
            Collections.shuffle(shuffled, random);
            moments.put(part, shuffled);
        }
        List<Turn> turns = new ArrayList<>();
        for (int round = 0; round < 2; round++) {
            List<Part> order = new ArrayList<>(Arrays.asList(Part.values()));
            Collections.shuffle(order, random);
            for (Part victim : order) {
                Moment moment = moments.get(victim).get(round);
                List<String> from = victim == Part.GATEWAY && (moment == Moment.SPEECH || moment == Moment.OUTPUT)
                        ? extended
                        : brief;
                String name = from.get(turns.size() % from.size());
                turns.add(new Turn(
                        turns.size() + " " + name,
                        Sounds.trimmed(human.named(name).sound()),
                        new Kill(turns.size(), victim, moment, random.nextDouble())));
            }
        }
        return turns;
    }

    private ScriptedCaller script(ProcessStack stack, JudgedCall judged, List<Turn> turns) {
        ScriptedCaller script = JudgedCall.greeted(PATIENCE);
        for (Turn turn : turns) {
            Kill kill = turn.kill();
            long length = turn.sound().samples().length / 8;
            script = script.act("arm", call -> {
                        switch (kill.moment()) {
                            case SPEECH ->
                                plan(stack, kill, (long) (200
                                        + kill.share()
                                                * (kill.victim() == Part.GATEWAY ? length / 2.0 : length - 300.0)));
                            case SILENCE -> plan(stack, kill, (long) (length + kill.share() * (SILENCE_MS - 150)));
                            case DECISION -> plan(stack, kill, (long) (length + SILENCE_MS - 150 + kill.share() * 400));
                            case OUTPUT -> atOutput(stack, kill);
                            case ANSWER -> {}
                        }
                    })
                    .say(turn.name(), turn.sound())
                    .waitForBotToSpeak(PATIENCE);
            if (kill.moment() == Moment.ANSWER)
                script = script.act("arm", call -> plan(stack, kill, (long) (kill.share() * 1500)));
            // The rest of an answer comes when whoever died while it played is back: it is heard first, one fault at a time.
            script = script.waitForBotSilence(QUIET, PATIENCE)
                    .act("whoever died is back", any -> revived.join())
                    .act("the answer is over", any -> Awaitility.await("the answer to '%s' is over"
                                    .formatted(turn.name()))
                            .atMost(PATIENCE)
                            .until(judged::isLastAnswerOver))
                    .waitForBotSilence(QUIET, PATIENCE);
        }
        return script.waitForBotSilence(Duration.ofMillis(1500), PATIENCE)
                .act(
                        "nothing plays or is paused",
                        call -> assertThat(stack.asterisk().livePlaybacks()).isEmpty())
                .hangUp();
    }

    private void plan(ProcessStack stack, Kill kill, long millis) {
        Meanwhile back = new Meanwhile();
        revived = back;
        back.beginAfter(Duration.ofMillis(millis), () -> execute(stack, kill));
    }

    private void atOutput(ProcessStack stack, Kill kill) {
        Meanwhile back = new Meanwhile();
        revived = back;
        atTrigger = () -> back.begin(() -> execute(stack, kill));
        trigger = output(kill.victim());
    }

    private void seen(Entry entry) {
        if (trigger.test(entry.value())) {
            trigger = record -> false;
            atTrigger.run();
        }
    }

    private static Predicate<SpecificRecord> output(Part part) {
        return switch (part) {
            case GATEWAY ->
                record -> record instanceof PlaybackEvent event && event.getType() == PlaybackEventType.STARTED;
            case CHUNKER -> record -> record instanceof UtteranceChunk;
            case ASR -> record -> record instanceof Transcript;
            case AGENT -> record -> record instanceof Reply reply && reply.getType() == ReplyType.COMMIT;
            case PLAYER ->
                record -> record instanceof PlaybackEvent event && event.getType() == PlaybackEventType.QUEUED;
        };
    }

    private static void execute(ProcessStack stack, Kill kill) throws Exception {
        ServiceProcess process = stack.process(kill.victim());
        long killedAt = System.nanoTime();
        process.kill();
        process.restart();
        process.awaitReady(Duration.ofSeconds(60));
        System.out.printf(
                Locale.ROOT,
                "  turn %d: %s killed (%s), ready again after %.1f s%n",
                kill.turn(),
                process.name(),
                kill.moment(),
                (System.nanoTime() - killedAt) / 1e9);
    }

    private static void print(List<Turn> turns, Heard heard) {
        for (Turn turn : turns) {
            Said said = heard.said(turn.name());
            System.out.printf(
                    Locale.ROOT,
                    "  %-24s %-8s killed in %-9s the answer came %s ms after the %.1f s of silence%n",
                    turn.name(),
                    turn.kill().victim(),
                    turn.kill().moment(),
                    heard.silenceBeforeBotSound(said)
                            .map(millis -> String.format(Locale.ROOT, "%.0f", millis - SILENCE_MS))
                            .orElse("never"),
                    SILENCE_MS / 1000);
        }
    }
}
