package dev.parley.testkit.asterisk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.parley.audio.Pcm;
import dev.parley.audio.Sound;
import dev.parley.audio.WavFile;
import dev.parley.testkit.line.LineRecording;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.InetAddress;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** One call from dialling to its end, as a gateway and a player would hold it. */
class WholeCallTest {
    @Test
    void aCallIsHeardThroughTheTapAndThePlaybackReachesTheCallerOnly() {
        try (SimulatedAsterisk asterisk = SimulatedAsterisk.start(0, "parley");
                AriTestClient ari =
                        new AriTestClient(asterisk.uri(), "parley:parley", InetAddress.getLoopbackAddress())) {
            // Given a call that is tapped as the gateway taps it
            AriTestClient.Socket events = ari.events();
            await().until(asterisk::isAppConnected);
            SimulatedCall call = asterisk.dial("+15551234", "100", "en");
            await().until(() -> events.types().contains("StasisStart"));
            assertThat(ari.post("/channels/" + call.channelId() + "/answer").status())
                    .isEqualTo(204);
            AriTestClient.Socket media = tap(ari, call);
            await().until(() -> media.binaries.size() > 2);

            // When the caller speaks and the bot plays over it
            short[] words = ramp(8_000, 1);
            short[] answer = ramp(8_000, 3);
            String url = ari.serve("/a.wav", "audio/wav", null, WavFile.bytes(new Sound(8_000, answer)));
            call.say(words);
            assertThat(ari.post(
                                    "/channels/" + call.channelId() + "/play/answer-1",
                                    new JsonObject().put("media", new JsonArray().add("sound:" + url)))
                            .status())
                    .isEqualTo(201);

            // Then each hears the other, sample for sample, and the tap hears no bot
            await().untilAsserted(() -> assertThat(events.playbackStory())
                    .containsExactly("PlaybackStarted answer-1 playing", "PlaybackFinished answer-1 done"));
            LineRecording received = call.received();
            int first = received.firstPresent(0);
            assertThat(received.lastPresent(received.frames()) - first).isEqualTo(49);
            assertThat(Arrays.copyOfRange(received.samples(), first * 160, first * 160 + 8_000))
                    .isEqualTo(answer);
            await().until(() -> media.binaries.size() > 60);
            assertThat(joined(media)).containsSequence(box(words));
            assertThat(media.texts.getFirst())
                    .startsWith("MEDIA_START connection_id:")
                    .contains("format:slin ", "ptime:20");

            // And when he hangs up, external media and bridge stay behind
            call.hangUp();
            await().untilAsserted(
                            () -> assertThat(events.types()).containsSubsequence("ChannelHangupRequest", "StasisEnd"));
            assertThat(call.isOver()).isTrue();
            assertThat(asterisk.liveChannels()).containsExactly("leg-1");
            assertThat(asterisk.liveBridges()).containsExactly("bridge-1");
        }
    }

    private static AriTestClient.Socket tap(AriTestClient ari, SimulatedCall call) {
        assertThat(ari.post("/channels/" + call.channelId() + "/snoop/snoop-1?spy=in&app=parley")
                        .status())
                .isEqualTo(200);
        AriTestClient.Reply leg = ari.post("/channels/externalMedia?app=parley&channelId=leg-1&external_host=INCOMING"
                + "&transport=websocket&encapsulation=none&connection_type=server&format=slin");
        String connection = leg.json().getJsonObject("channelvars").getString("MEDIA_WEBSOCKET_CONNECTION_ID");
        AriTestClient.Socket media = ari.media(connection);
        assertThat(ari.post("/bridges?type=mixing&bridgeId=bridge-1").status()).isEqualTo(200);
        await().untilAsserted(() -> assertThat(ari.post("/bridges/bridge-1/addChannel?channel=snoop-1,leg-1")
                        .status())
                .isEqualTo(204));
        return media;
    }

    private static short[] ramp(int length, int step) {
        short[] samples = new short[length];
        for (int i = 0; i < length; i++) {
            samples[i] = (short) (1_000 + step * i);
        }
        return samples;
    }

    private static Short[] box(short[] samples) {
        Short[] boxed = new Short[samples.length];
        Arrays.setAll(boxed, i -> samples[i]);
        return boxed;
    }

    private static Short[] joined(AriTestClient.Socket media) {
        return media.binaries.stream()
                .flatMap(bytes -> Arrays.stream(box(Pcm.fromBytes(bytes))))
                .toArray(Short[]::new);
    }
}
