package dev.parley.testkit.asterisk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.parley.audio.Frames;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What is played to the bridge that a caller is in, and what becomes of it when the bridge goes; each test says what was seen on Asterisk 22. */
abstract class BridgePlaybackContract extends OneCallContract {
    private static final int PROMPT = 100;

    /** The caller hears it whole; Asterisk's own channel that plays it is in no list of channels. */
    @Test
    void aCallerHearsWhatIsPlayedToTheBridge() {
        bridge("b");

        JsonObject playback = play("b", "p", lab.media(PROMPT, 20)).json();

        assertThat(playback.getString("target_uri")).isEqualTo("bridge:b");
        lab.awaitHeard(call, PROMPT + 3);
        assertThat(lab.channels()).containsExactly(lab.id(call));
        lab.awaitFinished("p");
        assertThat(Lab.heard(call))
                .containsExactly(IntStream.range(PROMPT, PROMPT + 20).toArray());
        assertThat(lab.events.playbackStory()).containsExactly("PlaybackStarted p playing", "PlaybackFinished p done");
        assertThat(lab.ari.get("/playbacks/p").status()).isEqualTo(404);
    }

    /** Playbacks to a bridge are paused, resumed and stopped as those to a channel. */
    @Test
    void itIsPausedAndStoppedByItsId() {
        bridge("b");
        play("b", "p", lab.media(PROMPT, 300));
        lab.awaitHeard(call, PROMPT + 3);

        assertThat(lab.ari.post("/playbacks/p/control?operation=pause").status())
                .isEqualTo(204);
        int paused = call.frames();
        Lab.pass(call, 8);
        assertThat(call.received().firstPresent(paused + 3)).isEqualTo(-1);
        assertThat(lab.ari.post("/playbacks/p/control?operation=unpause").status())
                .isEqualTo(204);
        await().until(() -> call.received().firstPresent(paused + 8) >= 0);
        assertThat(lab.ari.delete("/playbacks/p").status()).isEqualTo(204);

        int stopped = call.frames();
        lab.awaitFinished("p");
        Lab.pass(call, 8);
        assertThat(call.received().firstPresent(stopped + 3)).isEqualTo(-1);
        assertThat(lab.events.playbackStory()).endsWith("PlaybackFinished p done");
    }

    /** "GET /bridges/nobody": 404, and so is a play there. */
    @Test
    void aBridgeThatIsNotThereIsNotFound() {
        assertThat(play("nobody", "p", lab.media(PROMPT, 3)).status()).isEqualTo(404);
    }

    /** A snoop with spy=in on a caller in a bridge has the caller's frames, and not one sample of what is played to the bridge. */
    @Test
    void theTapHearsTheCallerAlone() {
        // Given a caller in a bridge that is played to, and tapped
        bridge("b");
        AriTestClient.Socket tap = lab.tap(call, "tap", "slin");
        play("b", "p", lab.media(PROMPT, 200));
        lab.awaitHeard(call, PROMPT + 3);
        int before = tap.binaries.size();
        await().until(() -> tap.binaries.size() > before + 25);
        assertThat(List.copyOf(tap.binaries).subList(0, before + 25)).noneMatch(BridgePlaybackContract::isLoud);

        // When the caller speaks over it
        short[] loud = new short[20 * Frames.SAMPLES];
        Arrays.fill(loud, (short) 8_000);
        call.say(loud);

        // Then the tap has it, and goes on having it when the bridge is another one
        await().until(() -> tap.binaries.stream().anyMatch(BridgePlaybackContract::isLoud));
        bridge("c");
        lab.ari.delete("/bridges/b");
        int moved = tap.binaries.size();
        call.say(loud);
        await().until(() -> tap.binaries.stream().skip(moved).anyMatch(BridgePlaybackContract::isLoud));
    }

    /** With its bridge what plays ends, as failed; 404 from then on, and not one frame of it is heard in the next bridge. */
    @Test
    void whatPlaysEndsWithItsBridge() {
        bridge("b");
        play("b", "p", lab.media(PROMPT, 300));
        lab.awaitHeard(call, PROMPT + 3);

        assertThat(lab.ari.delete("/bridges/b").status()).isEqualTo(204);

        awaitFailed("p");
        assertThat(lab.ari.delete("/playbacks/p").status()).isEqualTo(404);
        assertThat(lab.bridges()).isEmpty();
        assertThat(lab.channels()).containsExactly(lab.id(call));
        bridge("c");
        play("c", "q", lab.media(500, 10));
        lab.awaitFinished("q");
        int[] heard = Lab.heard(call);
        assertThat(Arrays.copyOfRange(heard, heard.length - 10, heard.length))
                .containsExactly(IntStream.range(500, 510).toArray());
    }

    /** addChannel takes a caller out of one bridge into another; what played to the first, and to nobody now, ends as failed. */
    @Test
    void whatPlaysEndsWhenTheLastOneLeaves() {
        bridge("b");
        play("b", "p", lab.media(PROMPT, 300));
        lab.awaitHeard(call, PROMPT + 3);

        bridge("c");

        awaitFailed("p");
        int moved = call.frames();
        Lab.pass(call, 8);
        assertThat(call.received().firstPresent(moved + 3)).isEqualTo(-1);
        assertThat(lab.ari.delete("/bridges/b").status()).isEqualTo(204);
        play("c", "q", lab.media(500, 10));
        lab.awaitHeard(call, 505);
    }

    /** removeChannel leaves the caller in no bridge; twice is refused with 422. */
    @Test
    void aCallerIsTakenOutAndPutBack() {
        bridge("b");

        assertThat(remove("b")).isEqualTo(204);
        assertThat(remove("b")).isEqualTo(422);
        lab.join("b", lab.id(call));

        play("b", "p", lab.media(PROMPT, 10));
        lab.awaitHeard(call, PROMPT + 5);
    }

    /** A caller who hangs up takes with them what played to them alone; the bridge stays. */
    @Test
    void aHangUpLeavesTheBridge() {
        bridge("b");
        play("b", "p", lab.media(PROMPT, 300));
        lab.awaitHeard(call, PROMPT + 3);

        call.hangUp();

        awaitFailed("p");
        await().until(() -> lab.channels().isEmpty());
        assertThat(lab.bridges()).containsExactly("b");
        assertThat(lab.ari.delete("/bridges/b").status()).isEqualTo(204);
    }

    /** What was asked of a bridge before the caller came in plays to nobody, and is heard from where it has come to. */
    @Test
    void whoComesInLaterHearsTheRest() {
        lab.ari.post("/bridges/b?type=mixing");
        assertThat(play("b", "p", lab.media(PROMPT, 300)).status()).isEqualTo(201);
        Lab.pass(call, 50);

        lab.join("b", lab.id(call));

        await().until(() -> Lab.heard(call).length > 5);
        assertThat(Lab.heard(call)[0]).isGreaterThan(PROMPT);
    }

    /** Whether its end is told is a race, since Asterisk tells an application of a bridge for as long as a channel of the application is in it. */
    private void awaitFailed(String playbackId) {
        await().until(() -> lab.ari.get("/playbacks/" + playbackId).status() == 404);
        assertThat(lab.events.playbackStory())
                .startsWith("PlaybackStarted " + playbackId + " playing")
                .isSubsetOf("PlaybackStarted " + playbackId + " playing", "PlaybackFinished " + playbackId + " failed");
    }

    private void bridge(String id) {
        assertThat(lab.ari.post("/bridges/" + id + "?type=mixing").status()).isEqualTo(200);
        lab.join(id, lab.id(call));
    }

    private AriTestClient.Reply play(String bridge, String id, String media) {
        return lab.ari.post(
                "/bridges/" + bridge + "/play/" + id, new JsonObject().put("media", new JsonArray(List.of(media))));
    }

    private int remove(String bridge) {
        return lab.ari
                .post("/bridges/" + bridge + "/removeChannel?channel=" + lab.id(call))
                .status();
    }

    private static boolean isLoud(byte[] frame) {
        for (int i = 1; i < frame.length; i += 2) {
            if (Math.abs(frame[i]) > 8) { // 2000 of 32768 and more
                return true;
            }
        }
        return false;
    }
}
