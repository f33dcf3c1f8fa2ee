package dev.parley.devstack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.parley.devstack.audit.Timeline;
import dev.parley.records.AudioFrame;
import dev.parley.records.FrameKind;
import dev.parley.speech.ModelStore;
import dev.parley.testkit.caller.Heard;
import dev.parley.testkit.caller.ScriptFailure;
import dev.parley.testkit.caller.ScriptedCaller;
import dev.parley.testkit.kafka.EmbeddedKafka;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
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

    @Test
    void aBrokerThatIsAwayForTenSecondsCostsNoCallAndNoWord(@TempDir Path folder) throws Exception {
        Map<String, String> settings = PlainBot.settings(folder, Map.of("REPLY_DEADLINE", "60"));
        try (Engines engines = Engines.open(new ModelStore(Given.models()), "moonshine", "piper", "en");
                DevStack stack = DevStack.start(folder.resolve("stack"), settings, engines);
                Timeline timeline = new Timeline(stack.clientSettings(), entry -> {})) {
            JudgedCall call = new JudgedCall(stack.asterisk(), timeline, PATIENCE);
            Meanwhile gone = new Meanwhile();
            AtomicLong awayNanos = new AtomicLong();

            ScriptedCaller script = JudgedCall.greeted(PATIENCE)
                    .act(
                            "Kafka goes while he speaks",
                            any -> gone.beginAfter(
                                    Duration.ofSeconds(2), () -> awayNanos.set(stopAndRestart(stack.kafka()))))
                    .say("without Kafka", Given.human("demo-nogo"))
                    .waitForBotToSpeak(PATIENCE)
                    .waitForBotSilence(Duration.ofMillis(900), PATIENCE)
                    .act("Kafka is back", any -> gone.join())
                    .say("with Kafka again", Given.human("auth-incorrect"))
                    .waitForBotToSpeak(PATIENCE)
                    .waitForBotSilence(Duration.ofMillis(1500), PATIENCE)
                    .hangUp();

            Heard heard;
            try {
                heard = call.hold(script);
            } catch (ScriptFailure e) {
                gone.joinAnyhow();
                assumeShort(awayNanos.get());
                throw e;
            }

            List<String> faults = call.faults(heard);
            assumeShort(awayNanos.get());
            // Before the first frame the tap was being built; that has nothing to do with Kafka.
            List<AudioFrame> lost = call.view()
                    .records(AudioFrame.class)
                    .dropWhile(frame -> frame.getKind() == FrameKind.GAP)
                    .filter(frame -> frame.getKind() == FrameKind.GAP)
                    .toList();
            assertThat(faults).isEmpty();
            // A machine that stalls costs a frame or two at any time; without the buffer the broker's absence would
            // cost 500.
            assertThat(lost.stream()
                            .mapToLong(gap -> gap.getLastFrame() - gap.getFrame() + 1)
                            .sum())
                    .as("frames for which there is only a GAP: %s", lost)
                    .isLessThan(10);
            assertThat(stack.live()).isTrue();
        }
    }

    private static void assumeShort(long awayNanos) {
        Duration away = Duration.ofNanos(awayNanos);
        assumeTrue(
                away.compareTo(LONGEST) < 0,
                () -> "SKIPPED: this machine took " + away.toSeconds() + " s to stop and start a broker");
    }

    /** @return how long it really was away, in nanoseconds */
    private static long stopAndRestart(EmbeddedKafka kafka) {
        long gone = System.nanoTime();
        kafka.stop();
        CompletableFuture.runAsync(
                        kafka::restart, CompletableFuture.delayedExecutor(AWAY.toMillis(), TimeUnit.MILLISECONDS))
                .join();
        return System.nanoTime() - gone;
    }
}
