package dev.parley.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import dev.parley.ari.AriClient;
import dev.parley.ari.AriServer;
import dev.parley.audio.Frames;
import dev.parley.audio.Pcm;
import dev.parley.audio.Sound;
import dev.parley.records.FrameKind;
import dev.parley.records.PlaybackEventType;
import dev.parley.records.ReplyAudio;
import dev.parley.records.ReplyAudioType;
import dev.parley.records.ReplyKind;
import dev.parley.schemas.PlaybackId;
import dev.parley.schemas.Topics;
import dev.parley.testkit.asterisk.SimulatedAsterisk;
import dev.parley.testkit.asterisk.SimulatedCall;
import io.vertx.core.Vertx;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Each frame in which the bot is heard says how loud the bot was. */
class GatewayBotLevelTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final double LOUD_DB = -18;
    private static final double SOFT_DB = -38;
    private static final int HALF = 40;
    /** Where a level changes, the frames beside the change may carry the one or the other. */
    private static final int UNSURE = 12;

    private final Vertx vertx = Vertx.vertx();
    private GatewayHarness harness = GatewayHarness.streaming();

    @AfterEach
    void close() {
        harness.close();
        vertx.close().await();
    }

    @Test
    void whereTheGatewayStreamsItKnows() {
        SimulatedCall call = talking();
        String id = playbackId(call);
        harness.gateway.replyAudio(ReplyAudio.newBuilder()
                .setCallId("sim~" + call.channelId())
                .setPlaybackId(id)
                .setType(ReplyAudioType.SOUND)
                .setAnswers(0L)
                .setPcm(ByteBuffer.wrap(Pcm.toBytes(loudThenSoft())))
                .setVoice("square")
                .setAt(ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now()))
                .build());

        awaitFinished(id);

        assertLoudThenSoft(levels(call));
    }

    @Test
    void whereAsteriskPlaysASecondTapTells() {
        harness.close();
        harness = GatewayHarness.hearingTheBot();
        harness.asterisk.installSound("steps", new Sound(Frames.SAMPLE_RATE, loudThenSoft()));
        SimulatedCall call = talking();
        await().atMost(PATIENCE)
                .until(() -> snoops(call, "bot-"), List.of("parley-snoop-bot-0-" + call.channelId())::equals);
        await().pollDelay(Duration.ofMillis(300)).until(() -> true); // Its first frames.
        String id = playbackId(call);

        play(call, id);
        awaitFinished(id);

        assertLoudThenSoft(levels(call));

        // And the next gateway has a tap of its own, and leaves none behind
        harness.restart();
        await().atMost(PATIENCE)
                .until(() -> snoops(call, "bot-"), List.of("parley-snoop-bot-1-" + call.channelId())::equals);
        call.hangUp();
        harness.awaitEnded(call);
        harness.awaitNothingLeft();
    }

    @Test
    void aCallGoesOnWithoutATapThatCannotBeHad() {
        harness.close();
        harness = GatewayHarness.hearingTheBot();
        harness.asterisk.faults().failRequests("POST", "/snoop/parley-snoop-bot-", 500, 1);
        harness.asterisk.installSound("steps", new Sound(Frames.SAMPLE_RATE, loudThenSoft()));
        SimulatedCall call = talking();
        String id = playbackId(call);

        play(call, id);
        awaitFinished(id);

        assertThat(harness.audio(call)).anyMatch(frame -> frame.getHeard() != null);
        assertThat(levels(call)).isEmpty();
        await().atMost(PATIENCE).until(() -> snoops(call, "bot-").size(), count -> count == 1);
        GatewayHarness.assertWithoutHole(harness.audio(call));
    }

    private SimulatedCall talking() {
        SimulatedCall call = harness.dial();
        harness.awaitFrames(call, 3);
        return call;
    }

    private static short[] loudThenSoft() {
        short[] samples = new short[2 * HALF * Frames.SAMPLES];
        for (int i = 0; i < samples.length; i++) {
            double db = i < samples.length / 2 ? LOUD_DB : SOFT_DB;
            samples[i] = (short) ((i / 10 % 2 == 0 ? 1 : -1) * 32_768 * Math.pow(10, db / 20));
        }
        return samples;
    }

    private static String playbackId(SimulatedCall call) {
        return new PlaybackId(ReplyKind.ANSWER, "sim~" + call.channelId(), 10, 0, 0, 0, 0).toString();
    }

    private void play(SimulatedCall call, String id) {
        AriClient player = new AriClient(
                vertx,
                new AriServer(harness.asterisk.uri(), SimulatedAsterisk.USER, SimulatedAsterisk.PASSWORD, "parley"),
                Duration.ofSeconds(5));
        assertThat(player.playbacks()
                        .play(call.channelId(), id, List.of("sound:steps"))
                        .await()
                        .status())
                .isEqualTo(201);
    }

    private void awaitFinished(String id) {
        await().atMost(PATIENCE)
                .until(() -> harness.control.of(Topics.PLAYBACK_EVENTS).stream()
                        .anyMatch(event ->
                                event.getPlaybackId().equals(id) && event.getType() == PlaybackEventType.FINISHED));
    }

    private List<Float> levels(SimulatedCall call) {
        return harness.audio(call).stream()
                .filter(frame -> frame.getKind() == FrameKind.FRAME && frame.getHeard() != null)
                .map(frame -> frame.getHeard().getLevelDb())
                .filter(Objects::nonNull)
                .toList();
    }

    private List<String> snoops(SimulatedCall call, String side) {
        return harness.asterisk.liveChannels().stream()
                .filter(id -> id.startsWith("parley-snoop-" + side) && id.endsWith(call.channelId()))
                .toList();
    }

    private static void assertLoudThenSoft(List<Float> levels) {
        assertThat(levels).hasSizeBetween(2 * HALF - UNSURE, 2 * HALF + UNSURE);
        assertThat(levels.subList(UNSURE, HALF - UNSURE))
                .allSatisfy(db -> assertThat(db).isCloseTo((float) LOUD_DB, within(0.5f)));
        assertThat(levels.subList(HALF + UNSURE, 2 * HALF - UNSURE))
                .allSatisfy(db -> assertThat(db).isCloseTo((float) SOFT_DB, within(0.5f)));
    }
}
