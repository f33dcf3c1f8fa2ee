package dev.parley.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.parley.ari.AriServer;
import dev.parley.audio.Frames;
import dev.parley.audio.Pcm;
import dev.parley.gateway.domain.CallHistory;
import dev.parley.records.AudioFrame;
import dev.parley.records.FrameKind;
import dev.parley.records.SpeechEvent;
import dev.parley.records.SpeechEventType;
import dev.parley.runtime.Metrics;
import dev.parley.runtime.config.PlaybackTarget;
import dev.parley.runtime.kafka.RecordingPublisher;
import dev.parley.schemas.Topics;
import dev.parley.testkit.asterisk.AsteriskContainer;
import dev.parley.testkit.line.LineRecording;
import dev.parley.testkit.sip.SipCall;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;

/**
 * What a caller's packets that come in bursts do to the delay with which he is heard, on Asterisk itself over SIP. Prints what it
 * measures.
 */
@Tag("asterisk")
@EnabledIf(value = "dev.parley.testkit.asterisk.AsteriskContainer#isPossible", disabledReason = "no Docker")
class TapLagOnAsteriskTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int SECOND = 50;

    private final AsteriskContainer asterisk = AsteriskContainer.shared();
    private final RecordingPublisher frames = new RecordingPublisher();
    private final Metrics metrics = Metrics.inMemory();
    private Gateway gateway;
    private SipCall call;

    @AfterEach
    void close() {
        call.hangUp();
        await().atMost(PATIENCE)
                .until(() -> asterisk.console("core show channels count").startsWith("0 active channels"));
        gateway.close();
    }

    @Test
    void aLaggingTapIsSwappedAndTheCallerHeardWithinFortyMillisecondsAgain() throws InterruptedException {
        begin(false);
        measure("ari, fresh tap");

        // While the caller interrupts no tap is swapped, so its lag can be looked at.
        for (int millis : List.of(40, 100, 200)) {
            speech(SpeechEventType.SUSPECTED);
            call.stallNetwork(Duration.ofMillis(millis));
            // A machine that stands still itself makes it more.
            assertThat(measure("ari, after " + millis + " ms in one burst")).isGreaterThan(millis - 30L);
        }
        speech(SpeechEventType.DISMISSED);
        await().atMost(PATIENCE).until(() -> metrics.value(GatewayMeter.TAP_SWAPPED, "reason", "late") >= 1);

        awaitWithinFortyMillis("ari, after the swap");
        int before = spoken();
        call.stopSaying();
        call.say(noise(4_000, SECOND, 7));
        await().atMost(PATIENCE).until(() -> spoken() - before >= SECOND);
        GatewayHarness.assertWithoutHole(audio());
        await().atMost(PATIENCE)
                .untilAsserted(() ->
                        assertThat(asterisk.console("core show channels count")).startsWith("3 active channels"));
    }

    @Test
    void aLegDoesNotLag() throws InterruptedException {
        begin(true);
        awaitWithinFortyMillis("stream");

        for (int millis : List.of(40, 100, 200)) {
            call.stallNetwork(Duration.ofMillis(millis));
            awaitWithinFortyMillis("stream, after " + millis + " ms in one burst");
        }
    }

    /** A call over a line with a noise of its own. */
    private void begin(boolean stream) throws InterruptedException {
        gateway = new Gateway(
                new GatewayConfig(
                        new AriServer(asterisk.http(), asterisk.user(), asterisk.password(), "parley"),
                        new CallRules(
                                "sim",
                                "en",
                                GatewayHarness.PATIENT,
                                Duration.ofHours(1),
                                GatewayHarness.DIAL,
                                0,
                                FallbackRules.NONE,
                                stream,
                                false,
                                PlaybackTarget.CHANNEL),
                        Duration.ofSeconds(30),
                        Duration.ofSeconds(2)),
                frames,
                new RecordingPublisher(),
                CallHistory.NONE,
                metrics,
                () -> {});
        gateway.start();
        await().atMost(PATIENCE)
                .until(() -> asterisk.console("ari show websocket sessions")
                        .lines()
                        .anyMatch(line -> line.matches(".* Up +parley *")));
        call = asterisk.phone().dial("100", PATIENCE);
        call.say(noise(60, 180 * SECOND, 1));
        awaitFrames(2 * SECOND);
    }

    private void awaitWithinFortyMillis(String what) {
        await().atMost(PATIENCE).ignoreException(IllegalStateException.class).until(() -> measure(what) < 40);
    }

    /** The delay of the next second and a half, after half a second. */
    private long measure(String what) {
        int from = call.frames() + SECOND / 2;
        await().atMost(PATIENCE).until(() -> call.frames() > from + SECOND);
        awaitFrames(audio().size() + SECOND / 2);
        LineDelay delay = LineDelay.of(call.sent(), audio(), from);
        System.out.printf(
                "%-38s caller's voice in the records after %d ms (median of %d frames, longest %d)%n",
                what, delay.median(), delay.millis().size(), delay.longest());
        return delay.median();
    }

    private List<AudioFrame> audio() {
        return frames.of(Topics.AUDIO_FRAMES);
    }

    private void awaitFrames(int count) {
        await().atMost(PATIENCE).until(() -> audio().size() >= count);
    }

    private int spoken() {
        LineRecording sent = call.sent();
        List<ByteBuffer> came = audio().stream()
                .filter(frame -> frame.getKind() == FrameKind.FRAME)
                .map(AudioFrame::getPcm)
                .toList();
        return (int) IntStream.range(0, sent.frames())
                .filter(i -> Pcm.levelDb(sent.frame(i)) > -40)
                .mapToObj(i -> LineDelay.bytes(sent, i))
                .filter(came::contains)
                .count();
    }

    private void speech(SpeechEventType type) {
        gateway.speech(SpeechEvent.newBuilder()
                .setCallId(audio().getFirst().getCallId())
                .setType(type)
                .setUtterance(1)
                .setFrame(1)
                .setAt(1)
                .setLastVoicedFrame(1)
                .build());
    }

    private static short[] noise(int amplitude, int frames, long seed) {
        Random random = new Random(seed);
        short[] samples = new short[frames * Frames.SAMPLES];
        for (int i = 0; i < samples.length; i++) {
            samples[i] = (short) (random.nextInt(2 * amplitude + 1) - amplitude);
        }
        return samples;
    }
}
