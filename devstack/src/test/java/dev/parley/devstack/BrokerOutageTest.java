package dev.parley.devstack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.parley.devstack.audit.CallVerdict;
import dev.parley.devstack.audit.CallView;
import dev.parley.devstack.audit.Timeline;
import dev.parley.records.AudioFrame;
import dev.parley.records.CallEvent;
import dev.parley.records.CallEventType;
import dev.parley.records.FrameKind;
import dev.parley.speech.ModelStore;
import dev.parley.testkit.asterisk.SimulatedCall;
import dev.parley.testkit.caller.Heard;
import dev.parley.testkit.caller.Recordings;
import dev.parley.testkit.caller.ScriptedCaller;
import dev.parley.testkit.caller.Sounds;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Kafka is away for ten seconds in the middle of what a caller says, for the whole stack: the call goes on, no frame is lost, what he
 * said is answered once it is back, and so is what he says then.
 */
class BrokerOutageTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration AWAY = Duration.ofSeconds(10);
    /** After 30 s without a record the chunker takes the call for lost, which is another case. */
    private static final Duration LONGEST = Duration.ofSeconds(20);

    private static final String SCRIPT = """
            answers:
              - name: never
                when: ["parley abracadabra"]
                say: Never.
            fallback:
              say: All right, that is written down.
            """;

    @Test
    void aBrokerThatIsAwayForTenSecondsCostsNoCallAndNoWord(@TempDir Path folder) throws Exception {
        String models = System.getenv("PARLEY_MODELS");
        Optional<Recordings> human = Recordings.find("en");
        assumeTrue(models != null && human.isPresent(), "SKIPPED: PARLEY_MODELS or PARLEY_SOUNDS is not set");
        Path script = Files.writeString(folder.resolve("agent.yaml"), SCRIPT);
        Map<String, String> settings = Map.of(
                "AGENT_SCRIPT",
                script.toString(),
                "GREETING",
                "Hello.",
                "FILLER_DELAY_MS",
                "0",
                "FALLBACK_AFTER",
                "0",
                "REPLY_DEADLINE",
                "60",
                "NO_INPUT_SECONDS",
                "60");

        try (Engines engines = Engines.open(new ModelStore(Path.of(models)), "moonshine", "piper", "en");
                DevStack stack = DevStack.start(folder.resolve("stack"), settings, engines);
                Timeline timeline = new Timeline(stack.clientSettings(), entry -> {})) {
            SimulatedCall call = stack.asterisk().dial("+15551234", "100", "en");
            String callId = DevStack.ASTERISK + "~" + call.channelId();
            CompletableFuture<Void> back = new CompletableFuture<>();
            AtomicLong awayNanos = new AtomicLong();

            Heard heard = ScriptedCaller.script()
                    .waitForBotToSpeak(PATIENCE)
                    .waitForBotSilence(Duration.ofMillis(700), PATIENCE)
                    .act(
                            "Kafka goes while he speaks",
                            any -> CompletableFuture.runAsync(
                                            () -> {
                                                long gone = System.nanoTime();
                                                stack.kafka().stop();
                                                CompletableFuture.runAsync(
                                                                () -> stack.kafka()
                                                                        .restart(),
                                                                CompletableFuture.delayedExecutor(
                                                                        AWAY.toMillis(), TimeUnit.MILLISECONDS))
                                                        .join();
                                                awayNanos.set(System.nanoTime() - gone);
                                            },
                                            CompletableFuture.delayedExecutor(2, TimeUnit.SECONDS))
                                    .whenComplete((nothing, failure) -> {
                                        if (failure == null) back.complete(null);
                                        else back.completeExceptionally(failure);
                                    }))
                    .say(
                            "without Kafka",
                            Sounds.trimmed(human.get().named("demo-nogo").sound()))
                    .waitForBotToSpeak(PATIENCE)
                    .waitForBotSilence(Duration.ofMillis(900), PATIENCE)
                    .act(
                            "Kafka is back",
                            any -> back.orTimeout(60, TimeUnit.SECONDS).join())
                    .say(
                            "with Kafka again",
                            Sounds.trimmed(human.get().named("auth-incorrect").sound()))
                    .waitForBotToSpeak(PATIENCE)
                    .waitForBotSilence(Duration.ofMillis(1500), PATIENCE)
                    .hangUp()
                    .run(call);

            Awaitility.await("the end is on the topics")
                    .atMost(PATIENCE)
                    .until(() -> new CallView(timeline.entries(), callId)
                            .records(CallEvent.class)
                            .anyMatch(event -> event.getType() == CallEventType.ENDED));
            Duration away = Duration.ofNanos(awayNanos.get());
            assumeTrue(
                    away.compareTo(LONGEST) < 0,
                    () -> "SKIPPED: this machine took " + away.toSeconds() + " s to stop and start a broker");
            CallView view = new CallView(timeline.entries(), callId);
            // Before the first frame the tap was being built; that has nothing to do with Kafka.
            List<AudioFrame> lost = view.records(AudioFrame.class)
                    .dropWhile(frame -> frame.getKind() == FrameKind.GAP)
                    .filter(frame -> frame.getKind() == FrameKind.GAP)
                    .toList();
            assertThat(CallVerdict.of(stack.asterisk(), view, heard).faults()).isEmpty();
            assertThat(lost).as("frames for which there is only a GAP").isEmpty();
            assertThat(stack.live()).isTrue();
        }
    }
}
