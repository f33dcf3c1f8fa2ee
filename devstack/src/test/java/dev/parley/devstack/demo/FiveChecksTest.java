package dev.parley.devstack.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.audio.Frames;
import dev.parley.audio.Sound;
import dev.parley.devstack.DevStack;
import dev.parley.devstack.Engines;
import dev.parley.devstack.Given;
import dev.parley.devstack.audit.Timeline;
import dev.parley.runtime.config.Setting;
import dev.parley.speech.ModelStore;
import dev.parley.testkit.asterisk.SimulatedCall;
import dev.parley.testkit.caller.Recordings;
import dev.parley.testkit.caller.ScriptedCaller;
import dev.parley.testkit.caller.Sounds;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * The five checks that decide whether Parley works at all, on recordings of people, through a real broker, in simulated telephony,
 * judged by what the caller's line carried. The idle call is up while the others come and go.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class FiveChecksTest {
    private static final Duration PATIENCE = Duration.ofSeconds(40);
    private static final Duration BOT_FINISHED = Duration.ofMillis(700);
    /** Above the 30 s at which hidden time-outs drop calls. */
    private static final Duration IDLE_TIMEOUT = Duration.ofSeconds(34);

    private static final Duration MONITOR_INTERVAL = Duration.ofSeconds(5);
    private static final String SCRIPT = """
            answers:
              - name: "no"
                when: ["no"]
                say: Then I leave it as it is.
              - name: number
                when: ["phone number", "area code"]
                say: >-
                  Now I answer with a sentence that is long enough to be interrupted by anyone who would like to do so.
                  It goes on and on, and it does not end before a good while has passed.
            fallback:
              say: I heard you to the last word.
            """;

    private Engines engines;
    DevStack stack;
    private Timeline timeline;
    private Recordings human;
    private SimulatedCall idleCall;

    @BeforeAll
    void startEverything(@TempDir Path folder) throws Exception {
        human = Given.human();
        Path script = Files.writeString(folder.resolve("agent.yaml"), SCRIPT);
        engines = Engines.open(new ModelStore(Given.models()), "moonshine", "piper", "en");
        Map<String, String> settings = new HashMap<>(Map.of(
                "AGENT_SCRIPT",
                script.toString(),
                "GREETING",
                "Hello.",
                "CALL_INACTIVITY_TIMEOUT",
                Long.toString(IDLE_TIMEOUT.toSeconds()),
                "CHANNEL_MONITOR_INTERVAL",
                Long.toString(MONITOR_INTERVAL.toSeconds())));
        settings.putAll(speaking());
        stack = DevStack.start(folder.resolve("kafka"), settings, engines);
        timeline = new Timeline(stack.clientSettings(), entry -> {});
        idleCall = dial();
    }

    @AfterAll
    void stopEverything() {
        if (timeline != null) timeline.close();
        if (stack != null) stack.close();
        if (engines != null) engines.close();
    }

    @Test
    void aShortNoGoesThroughAtOnce() throws Exception {
        List<Check> checks = judged(
                greeted()
                        .say("no", human.named("vm-no").sound())
                        .waitForBotToSpeak(PATIENCE)
                        .waitForBotSilence(BOT_FINISHED, PATIENCE)
                        .hangUp(),
                judge -> judge.answeredAtOnce("no", "a short no goes through at once"));
        assertThat(checks).allMatch(Check::passed);
    }

    @Test
    void halfAMinuteOfUnbrokenSpeechGoesOutInChunksAndLosesNothingOfItsTail() throws Exception {
        Sound instruct = human.named("demo-instruct").sound();
        Sound speech = Sounds.trimmed(instruct.between(Duration.ZERO, Duration.ofSeconds(28)));
        List<Check> checks = judged(
                greeted()
                        .say("speech", speech)
                        .waitForBotToSpeak(PATIENCE)
                        .pause(Duration.ofSeconds(1))
                        .hangUp(),
                judge -> {
                    judge.longSpeech("speech", stack.settings().number(Setting.CHUNK_STREAMING_SECONDS));
                    judge.nothingLost();
                    judge.answeredOnce();
                });
        assertThat(checks).allMatch(Check::passed);
    }

    @Test
    void pausesOfOneAndAHalfToNearlyTwoSecondsDoNotEndATurn() throws Exception {
        Sound speech = Sounds.glue(
                Sounds.trimmed(human.named("privacy-prompt").sound()),
                Sounds.silence(Duration.ofMillis(1500)),
                Sounds.trimmed(human.named("vm-sorry").sound()),
                Sounds.silence(Duration.ofMillis(1700)),
                Sounds.trimmed(human.named("tt-allbusy").sound()),
                Sounds.silence(Duration.ofMillis(1860)),
                Sounds.trimmed(human.named("vm-calldiffnum").sound()));
        List<Check> checks = judged(
                greeted()
                        .say("pauses", speech)
                        .waitForBotToSpeak(PATIENCE)
                        .pause(Duration.ofSeconds(1))
                        .hangUp(),
                judge -> {
                    judge.pauseKept("pauses", 1.86);
                    judge.nothingLost();
                });
        assertThat(checks).allMatch(Check::passed);
    }

    @Test
    void speechOverTheBotSilencesItAtOnceAndIsLogged() throws Exception {
        List<Check> checks = judged(
                greeted()
                        .say("first", human.named("privacy-prompt").sound())
                        .interruptAfter(
                                Duration.ofMillis(1500),
                                "interruption",
                                human.named("tt-allbusy").sound())
                        .waitForBotToSpeak(PATIENCE)
                        .pause(Duration.ofSeconds(1))
                        .hangUp(),
                judge -> judge.interrupted("interruption"));
        assertThat(checks).hasSize(3).allMatch(Check::passed);
    }

    @Test
    void anIdleCallIsNotDroppedBeforeItsTimeOut() throws Exception {
        idleCall.awaitEnd(IDLE_TIMEOUT.plus(MONITOR_INTERVAL).plusSeconds(5));
        Duration length = Frames.duration(idleCall.frames());
        assertThat(idleCall.isOver()).isTrue();
        assertThat(length)
                .isBetween(IDLE_TIMEOUT, IDLE_TIMEOUT.plus(MONITOR_INTERVAL).plusSeconds(1));
    }

    /** How the bot speaks; the same is asked of every way: with PLAYBACK=ari, say, in the environment all five of that one. */
    Map<String, String> speaking() {
        Map<String, String> asked = new HashMap<>(System.getenv());
        asked.keySet().retainAll(Set.of("PLAYBACK", "PLAYBACK_TARGET", "BARGE_IN_MODE"));
        return asked;
    }

    private static ScriptedCaller greeted() {
        return ScriptedCaller.script().waitForBotToSpeak(PATIENCE).waitForBotSilence(BOT_FINISHED, PATIENCE);
    }

    private SimulatedCall dial() {
        return stack.asterisk().dial("+1555" + Instant.now().toEpochMilli() % 100_000, "100", "en");
    }

    private List<Check> judged(ScriptedCaller scene, Consumer<Judge> checks) throws Exception {
        SimulatedCall call = dial();
        String callId = DevStack.ASTERISK + "~" + call.channelId();
        HeldCall held = HeldCall.hold(scene, call, timeline, () -> callId, System.out);
        assertThat(held.scriptHeld()).isTrue();
        Judge judge = held.judge(stack.settings().seconds(Setting.VAD_SILENCE_TIMEOUT));
        checks.accept(judge);
        judge.checks()
                .forEach(check -> System.out.println(
                        (check.passed() ? "held: " : "BROKEN: ") + check.name() + ": " + check.detail()));
        return judge.checks();
    }
}
