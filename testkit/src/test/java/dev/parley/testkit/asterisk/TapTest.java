package dev.parley.testkit.asterisk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.parley.audio.Frames;
import dev.parley.audio.Pcm;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Snoop, external media and bridge: how the caller's audio gets out, and what is refused on the way. */
class TapTest {
    private Lab lab;
    private SimulatedCall call;

    @BeforeEach
    void dial() {
        lab = new Lab();
        call = lab.call();
    }

    @AfterEach
    void close() {
        lab.close();
    }

    /** Asterisk 22: "A duplicate `channelId` on a websocket externalMedia crashes 22.10.1." */
    @Test
    void aDuplicateChannelIdCrashesAsterisk() {
        lab.leg("leg", "slin");

        assertThatThrownBy(() -> lab.leg("leg", "slin")).isInstanceOf(UncheckedIOException.class);

        assertThat(lab.asterisk.crashed())
                .hasValueSatisfying(reason -> assertThat(reason).contains("duplicate channelId"));
        await().until(call::isOver);
        assertThat(lab.events.closed).succeedsWithin(Duration.ofSeconds(5));
    }

    /** Asterisk 22: "The same snoopId while it lives: 500." */
    @Test
    void aSnoopIdThatLivesIsRefused() {
        String snoop = Lab.channel(call) + "/snoop/s?spy=in&app=parley";
        assertThat(lab.ari.post(snoop).status()).isEqualTo(200);

        assertThat(lab.ari.post(snoop).status()).isEqualTo(500);

        lab.ari.delete("/channels/s");
        await().until(() -> !lab.asterisk.liveChannels().contains("s"));
        assertThat(lab.ari.post(snoop).status()).isEqualTo(200);
        assertThat(lab.ari.post(Lab.channel(call) + "/snoop/t?spy=in").status()).isEqualTo(400);
        assertThat(lab.ari
                        .post(Lab.channel(call) + "/snoop/t?spy=up&app=parley")
                        .status())
                .isEqualTo(400);
        assertThat(lab.ari.post("/channels/nobody/snoop/t?spy=in&app=parley").status())
                .isEqualTo(404);
    }

    /** Asterisk 22: "its connection id cannot be taken up again (404; 409 while it lives)"; subprotocol `media`. */
    @Test
    void aConnectionIdIsGoodForOneSocketOnly() {
        // Given a leg with its socket
        String id = Lab.connectionId(lab.leg("leg", "slin"));
        assertThat(lab.refusal("/media/" + id, null)).isEqualTo(400);
        AriTestClient.Socket media = lab.ari.media(id);
        assertThat(lab.refusal("/media/nobody", "media")).isEqualTo(404);
        assertThat(lab.refusal("/media/" + id, "media")).isEqualTo(409);

        // When the socket drops
        media.drop();

        // Then the channel is gone with it, and the id too
        await().until(() -> !lab.asterisk.liveChannels().contains("leg"));
        assertThat(lab.refusal("/media/" + id, "media")).isEqualTo(404);
        await().untilAsserted(() -> assertThat(lab.events.events("ChannelDestroyed"))
                .anyMatch(
                        event -> event.getJsonObject("channel").getString("id").equals("leg")));
    }

    /** Asterisk 22: "Snoop and bridge stay: put a new leg into the old bridge". */
    @Test
    void aNewLegInTheOldBridgeGetsTheCallersAudio() {
        // Given a tap whose socket has dropped
        AriTestClient.Socket first = lab.tap(call, "", "slin");
        await().until(() -> !first.binaries.isEmpty());
        first.drop();
        await().until(() -> !lab.asterisk.liveChannels().contains("leg"));
        assertThat(lab.asterisk.liveChannels()).contains("snoop");
        assertThat(lab.asterisk.liveBridges()).containsExactly("bridge");

        // When a new leg joins the old bridge
        AriTestClient.Socket second = lab.ari.media(Lab.connectionId(lab.leg("leg2", "slin")));
        lab.join("bridge", "leg2");

        // Then audio flows again
        await().until(() -> second.binaries.size() > 3);
    }

    /** Asterisk 22: "Binary messages are raw little-endian PCM: slin 320 bytes, slin16 640 bytes each 20 ms". */
    @Test
    void aWideLegGetsSixHundredAndFortyBytes() {
        AriTestClient.Socket media = lab.tap(call, "", "slin16");
        call.say(Lab.staircase(500, 20));

        await().until(() -> media.binaries.stream().anyMatch(bytes -> Pcm.fromBytes(bytes)[319] == 519));
        assertThat(media.binaries).allMatch(bytes -> bytes.length == 640);
        assertThat(media.texts.getFirst()).contains("format:slin16 optimal_frame_size:640 ptime:20");
    }

    /** Asterisk 22: "A snoop keeps what arrives in a burst after a network stall … It shrinks only when the caller's RTP
     * stops." */
    @Test
    void aBurstMakesTheTapLateUntilThePhoneFallsSilent() {
        // Given a tap that is on time
        AriTestClient.Socket media = lab.tap(call, "", "slin");
        await().until(() -> media.binaries.size() > 2);
        assertThat(call.tapDelays().getFirst()).isLessThanOrEqualTo(Duration.ofMillis(20));

        // When the caller speaks while the network stalls for 10 frames
        call.stallNetwork(Duration.ofMillis(200));
        call.say(Lab.staircase(500, 15));

        // Then the tap is late, and nothing is lost
        await().until(() -> step(media, 514));
        assertThat(Arrays.stream(steps(media)).filter(step -> step >= 500))
                .containsExactly(IntStream.range(500, 515).boxed().toArray(Integer[]::new));
        assertThat(call.tapDelays().getFirst()).isBetween(Duration.ofMillis(180), Duration.ofMillis(220));

        // And a fresh snoop is on time, and the old one too once the phone has sent nothing for as long
        lab.ari.post(Lab.channel(call) + "/snoop/fresh?spy=in&app=parley");
        Lab.pass(call, 3);
        assertThat(call.tapDelays().getLast()).isLessThanOrEqualTo(Duration.ofMillis(20));
        call.stopRtp();
        await().until(() -> call.tapDelays().getFirst().isZero());
        call.resumeRtp();
        Lab.pass(call, 5);
        assertThat(call.tapDelays().getFirst()).isLessThanOrEqualTo(Duration.ofMillis(20));
    }

    /** Asterisk 22: "at 500 ms it throws 25 frames of speech away". */
    @Test
    void aBurstOfHalfASecondIsThrownAway() {
        AriTestClient.Socket media = lab.tap(call, "", "slin");
        call.stallNetwork(Duration.ofMillis(500));
        call.say(Lab.staircase(500, 40));

        await().until(() -> step(media, 539));
        assertThat(Arrays.stream(steps(media)).filter(step -> step >= 500).count())
                .isLessThanOrEqualTo(16);
    }

    /** Asterisk 22: "A phone that stops sending: the snoop gives zeros … no event." */
    @Test
    void aPhoneThatStopsSendingIsZerosInTheTap() {
        AriTestClient.Socket media = lab.tap(call, "", "slin");
        call.say(Lab.staircase(500, 500));
        await().until(() -> step(media, 505));
        int events = lab.events.texts.size();

        call.stopRtp();

        Lab.pass(call, 5);
        int before = media.binaries.size();
        await().until(() -> media.binaries.size() > before + 5);
        assertThat(Arrays.stream(steps(media)).skip(before)).containsOnly(0);
        assertThat(lab.events.texts).hasSize(events);
        assertThat(call.sent().present(call.sent().frames() - 1)).isFalse();
    }

    @Test
    void noiseOfTheLineIsUnderSpeechAndSilence() {
        AriTestClient.Socket media = lab.tap(call, "", "slin");
        call.lineNoise(Lab.staircase(7, 1));
        call.say(Lab.staircase(500, 5));

        await().until(() -> step(media, 511));
        int before = media.binaries.size();
        await().until(() -> media.binaries.size() > before + 3);
        assertThat(Arrays.stream(steps(media)).skip(before + 1)).containsOnly(7);
    }

    /** Asterisk 22: "`/channels/{id}/play` on a caller that is in a bridge suspends it from the bridge: the external-media
     * leg gets 0 frames while the prompt plays". */
    @Test
    void aCallerInABridgeIsNotHeardWhileItsChannelPlays() {
        // Given a caller who is himself in the bridge
        AriTestClient.Socket media = lab.ari.media(Lab.connectionId(lab.leg("leg", "slin")));
        lab.ari.post("/bridges?bridgeId=bridge");
        lab.join("bridge", call.channelId() + ",leg");
        await().until(() -> media.binaries.size() > 2);

        // When his channel plays
        lab.ari.play(call, "p", lab.media(100, 30));
        lab.awaitHeard(call, 102);
        int before = media.binaries.size();
        lab.awaitHeard(call, 120);

        // Then the leg gets nothing (but what was under way)
        assertThat(media.binaries.size() - before).isLessThanOrEqualTo(2);
        lab.awaitFinished("p");
        await().until(() -> media.binaries.size() > before + 5);
    }

    /** Asterisk 22: "a websocket leg sends nothing when idle". */
    @Test
    void aLegOutsideABridgeGetsNothing() {
        AriTestClient.Socket media = lab.ari.media(Lab.connectionId(lab.leg("leg", "slin")));
        await().until(() -> media.texts.size() == 1);

        Lab.pass(call, 5);

        assertThat(media.binaries).isEmpty();
    }

    /** Asterisk 22: "Websocket media control messages over 128 bytes are dropped without an error". */
    @Test
    void aLongControlMessageIsDropped() {
        AriTestClient.Socket media = lab.ari.media(Lab.connectionId(lab.leg("leg", "slin")));

        media.send("HANGUP" + " ".repeat(130));
        Lab.pass(call, 3);
        assertThat(lab.asterisk.liveChannels()).contains("leg");

        media.send("HANGUP");
        await().until(() -> !lab.asterisk.liveChannels().contains("leg"));
    }

    /** Asterisk 22: a spy=out snoop has "exactly what is sent to the caller, frame by frame … zeros while nothing plays; the
     * last frame of a prompt that ends by itself is missing". */
    @Test
    void aTapOfTheOutgoingSideLacksThePromptsLastFrame() {
        // Given a tap on what the caller hears
        lab.ari.post(Lab.channel(call) + "/snoop/out?spy=out&app=parley");
        AriTestClient.Socket media = lab.ari.media(Lab.connectionId(lab.leg("leg", "slin")));
        lab.ari.post("/bridges?bridgeId=bridge");
        lab.join("bridge", "out,leg");
        await().until(() -> media.binaries.size() > 2);

        // When a prompt of five frames is heard
        lab.ari.play(call, "p", lab.media(100, 5));
        lab.awaitFinished("p");
        int before = media.binaries.size();
        await().until(() -> media.binaries.size() > before + 3);

        // Then four of them are in the tap, and silence around them
        assertThat(Arrays.stream(steps(media)).filter(step -> step > 0)).containsExactly(100, 101, 102, 103);
    }

    /** Asterisk 22: "After addChannel check for 204 and for frames: once a tap gave none." */
    @Test
    void aTapCanBeMadeToGiveNoFrames() {
        lab.asterisk.faults().silentTaps(1);
        AriTestClient.Socket silent = lab.tap(call, "1", "slin");
        AriTestClient.Socket good = lab.tap(call, "2", "slin");

        await().until(() -> good.binaries.size() > 5);
        assertThat(silent.binaries).isEmpty();
    }

    /** Asterisk's media websocket can stall, and then gives all that it held back. */
    @Test
    void aStallOfTheMediaSocketEndsInABurstWithNothingLost() {
        AriTestClient.Socket media = lab.tap(call, "", "slin");
        await().until(() -> media.binaries.size() > 2);

        call.stallMedia(Duration.ofMillis(300));
        call.say(Lab.staircase(500, 20));

        await().until(() -> step(media, 519));
        assertThat(Arrays.stream(steps(media)).filter(step -> step >= 500)).hasSize(20);
    }

    /** What the simulator does not have it refuses, and what Asterisk refuses it refuses likewise. */
    @Test
    void externalMediaThatIsNotAnIncomingWebsocketIsRefused() {
        String media = "/channels/externalMedia?app=parley&external_host=INCOMING";
        assertThat(lab.ari.post(media).status()).isEqualTo(400);
        assertThat(lab.ari.post(media + "&format=slin&transport=websocket").status())
                .isEqualTo(400);
        assertThat(lab.ari.post(media + "&format=slin16").status()).isEqualTo(501);
        assertThat(lab.ari
                        .post(media + "&format=ulaw&transport=websocket&encapsulation=none&connection_type=server")
                        .status())
                .isEqualTo(501);
    }

    /** Bridges refuse what they do not know. */
    @Test
    void aBridgeRefusesStrangers() {
        assertThat(lab.ari.post("/bridges?bridgeId=b").status()).isEqualTo(200);
        assertThat(lab.ari.post("/bridges/b/addChannel?channel=nobody").status())
                .isEqualTo(400);
        assertThat(lab.ari.post("/bridges/b/addChannel").status()).isEqualTo(400);
        assertThat(lab.ari
                        .post("/bridges/nowhere/addChannel?channel=" + call.channelId())
                        .status())
                .isEqualTo(404);
        assertThat(lab.ari
                        .post("/bridges/b/removeChannel?channel=" + call.channelId())
                        .status())
                .isEqualTo(422);
        assertThat(lab.ari.get("/bridges").array()).hasSize(1);
        assertThat(lab.ari.delete("/bridges/b").status()).isEqualTo(204);
        assertThat(lab.ari.delete("/bridges/b").status()).isEqualTo(404);
    }

    private static boolean step(AriTestClient.Socket media, int wanted) {
        return Arrays.stream(steps(media)).anyMatch(step -> step == wanted);
    }

    private static int[] steps(AriTestClient.Socket media) {
        return media.binaries.stream()
                .mapToInt(bytes -> Pcm.fromBytes(bytes)[Frames.SAMPLES - 1])
                .toArray();
    }
}
