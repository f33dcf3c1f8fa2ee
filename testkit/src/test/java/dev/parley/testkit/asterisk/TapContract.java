package dev.parley.testkit.asterisk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.parley.audio.Frames;
import dev.parley.audio.Pcm;
import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** Snoop, external media and bridge: how the caller's audio gets out, and what is refused on the way. */
abstract class TapContract extends OneCallContract {
    /** Asterisk 22: "The same snoopId while it lives: 500." */
    @Test
    void aSnoopIdThatLivesIsRefused() {
        String snoop = lab.channel(call) + "/snoop/s?spy=in&app=parley";
        assertThat(lab.ari.post(snoop).status()).isEqualTo(200);

        assertThat(lab.ari.post(snoop).status()).isEqualTo(500);

        lab.ari.delete("/channels/s");
        await().until(() -> !lab.channels().contains("s"));
        assertThat(lab.ari.post(snoop).status()).isEqualTo(200);
        assertThat(lab.ari.post(lab.channel(call) + "/snoop/t?spy=in").status()).isEqualTo(400);
        assertThat(lab.ari
                        .post(lab.channel(call) + "/snoop/t?spy=up&app=parley")
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
        AriTestClient.Socket media = lab.ari.media(id);
        assertThat(lab.refusal("/media/nobody", "media")).isEqualTo(404);
        assertThat(lab.refusal("/media/" + id, "media")).isEqualTo(409);

        // When the socket drops
        media.drop();

        // Then the channel is gone with it, and the id too
        await().until(() -> !lab.channels().contains("leg"));
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
        await().until(() -> !lab.channels().contains("leg"));
        assertThat(lab.channels()).contains("snoop");
        assertThat(lab.bridges()).containsExactly("bridge");

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
        short[] loud = new short[20 * Frames.SAMPLES];
        Arrays.fill(loud, (short) 8_000);
        call.say(loud);

        await().until(() -> media.binaries.stream().anyMatch(bytes -> Pcm.fromBytes(bytes)[319] > 7_000));
        assertThat(media.binaries).allMatch(bytes -> bytes.length == 640);
        assertThat(media.texts.getFirst()).contains("format:slin16 optimal_frame_size:640 ptime:20");
    }

    /** Asterisk 22: a snoop's backlog of more than 500 ms is thrown away. */
    @Test
    void aBurstOfHalfASecondIsThrownAway() {
        AriTestClient.Socket media = lab.tap(call, "", "slin");
        await().until(() -> media.binaries.size() > 2);
        call.stallNetwork(Duration.ofMillis(700));
        call.say(Steps.staircase(500, 40));

        await().until(() -> step(media, 539));
        assertThat(Arrays.stream(steps(media)).filter(step -> step >= 500).count())
                .isLessThanOrEqualTo(16);
    }

    /** Asterisk 22: "a snoop keeps what arrives in a burst"; another snoop beside it is not late, and goes on when that is removed. */
    @Test
    void aFreshTapBesideALateOneIsNotLate() {
        // Given a tap that a burst has made late
        AriTestClient.Socket late = lab.tap(call, "", "slin");
        await().until(() -> !late.binaries.isEmpty());
        call.say(Steps.staircase(100, 40));
        call.stallNetwork(Duration.ofMillis(300));
        await().until(() -> step(late, 139));

        // When another is put beside it
        AriTestClient.Socket fresh = lab.tap(call, "2", "slin");
        await().until(() -> fresh.binaries.size() > 5);
        call.say(Steps.staircase(500, 100));
        await().until(() -> step(fresh, 540));

        // Then it is ahead by what waits in the other
        int ahead = 540 - Arrays.stream(steps(late)).max().orElse(0);
        assertThat(ahead).isGreaterThan(5);
        lab.ari.delete("/channels/snoop");
        lab.ari.delete("/bridges/bridge");
        await().until(() -> step(fresh, 599));
    }

    /** Asterisk 22: "A phone that stops sending: the snoop gives zeros … no event." */
    @Test
    void aPhoneThatStopsSendingIsZerosInTheTap() {
        AriTestClient.Socket media = lab.tap(call, "", "slin");
        call.say(Steps.staircase(500, 500));
        await().until(() -> step(media, 505));
        int events = lab.events.texts.size();

        call.stopRtp();

        Lab.pass(call, 5);
        int before = media.binaries.size();
        await().until(() -> media.binaries.size() > before + 15);
        // Some may have been under way.
        assertThat(Arrays.stream(steps(media)).skip(before + 5)).containsOnly(0);
        assertThat(lab.events.texts).hasSize(events);
        assertThat(call.sent().present(call.sent().frames() - 1)).isFalse();
    }

    /** Asterisk 22: "`/channels/{id}/play` on a caller that is in a bridge suspends it from the bridge: the external-media
     * leg gets 0 frames while the prompt plays". */
    @Test
    void aCallerInABridgeIsNotHeardWhileItsChannelPlays() {
        // Given a caller who is himself in the bridge
        AriTestClient.Socket media = lab.ari.media(Lab.connectionId(lab.leg("leg", "slin")));
        lab.ari.post("/bridges?bridgeId=bridge");
        lab.join("bridge", lab.id(call) + ",leg");
        await().until(() -> media.binaries.size() > 2);

        // When his channel plays
        lab.play(call, "p", lab.media(100, 30));
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
        assertThat(lab.channels()).contains("leg");

        media.send("HANGUP");
        await().until(() -> !lab.channels().contains("leg"));
    }

    /** Asterisk 22: a spy=out snoop has "exactly what is sent to the caller, frame by frame … zeros while nothing plays; the
     * last frame of a prompt that ends by itself is missing". */
    @Test
    void aTapOfTheOutgoingSideLacksThePromptsLastFrame() {
        // Given a tap on what the caller hears
        lab.ari.post(lab.channel(call) + "/snoop/out?spy=out&app=parley");
        AriTestClient.Socket media = lab.ari.media(Lab.connectionId(lab.leg("leg", "slin")));
        lab.ari.post("/bridges?bridgeId=bridge");
        lab.join("bridge", "out,leg");
        await().until(() -> media.binaries.size() > 2);

        // When a prompt of five frames is heard
        lab.play(call, "p", lab.media(100, 5));
        lab.awaitFinished("p");
        int before = media.binaries.size();
        await().until(() -> media.binaries.size() > before + 3);

        // Then four of them are in the tap, and silence around them
        assertThat(Arrays.stream(steps(media)).filter(step -> step > 0)).containsExactly(100, 101, 102, 103);
    }

    /** It wants to be told everything: the format, and the transport with its encapsulation. */
    @Test
    void externalMediaThatIsNotWellDescribedIsRefused() {
        String media = "/channels/externalMedia?app=parley&external_host=INCOMING";
        assertThat(lab.ari.post(media).status()).isEqualTo(400);
        assertThat(lab.ari.post(media + "&format=slin&transport=websocket").status())
                .isEqualTo(400);
    }

    /** Bridges refuse what they do not know. */
    @Test
    void aBridgeRefusesStrangers() {
        assertThat(lab.ari.post("/bridges?bridgeId=b").status()).isEqualTo(200);
        assertThat(lab.ari.post("/bridges/b/addChannel?channel=nobody").status())
                .isEqualTo(400);
        assertThat(lab.ari.post("/bridges/b/addChannel").status()).isEqualTo(400);
        assertThat(lab.ari
                        .post("/bridges/nowhere/addChannel?channel=" + lab.id(call))
                        .status())
                .isEqualTo(404);
        assertThat(lab.ari
                        .post("/bridges/b/removeChannel?channel=" + lab.id(call))
                        .status())
                .isEqualTo(422);
        assertThat(lab.ari.get("/bridges").array()).hasSize(1);
        assertThat(lab.ari.delete("/bridges/b").status()).isEqualTo(204);
        assertThat(lab.ari.delete("/bridges/b").status()).isEqualTo(404);
    }

    static boolean step(AriTestClient.Socket media, int wanted) {
        return Arrays.stream(steps(media)).anyMatch(step -> step == wanted);
    }

    static int[] steps(AriTestClient.Socket media) {
        return media.binaries.stream()
                .mapToInt(bytes -> Steps.number(Pcm.fromBytes(bytes), 0))
                .toArray();
    }
}
