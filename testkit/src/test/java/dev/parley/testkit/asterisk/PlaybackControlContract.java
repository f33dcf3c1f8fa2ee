package dev.parley.testkit.asterisk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What a playback that is under way can be told; each test quotes what was seen on the real Asterisk. */
abstract class PlaybackControlContract extends OneCallContract {
    /**
     * Asterisk 22: "RTP stopped within one 20 ms frame, stayed silent, and went on from where it stood (after one stray
     * frame); each unpause emits PlaybackStarted once more"; "resume plays one frame of the file's START first".
     */
    @Test
    void aPauseIsSilentAndAnUnpauseGoesOnAfterOneStrayFrameOfTheStart() {
        // Given a playback that is heard
        lab.play(call, "p", lab.media(100, 20));
        lab.awaitHeard(call, 105);

        // When it is paused, twice, and unpaused
        assertThat(control("p", "pause")).isEqualTo(204);
        int paused = call.frames();
        assertThat(control("p", "pause")).isEqualTo(204);
        assertThat(lab.ari.get("/playbacks/p").json().getString("state")).isEqualTo("paused");
        Lab.pass(call, 5);
        assertThat(call.received().firstPresent(paused + 2)).isEqualTo(-1);
        assertThat(control("p", "unpause")).isEqualTo(204);

        // Then nothing is missing and the first frame is there twice
        lab.awaitFinished("p");
        int[] heard = Lab.heard(call);
        int[] withoutStray = Arrays.stream(heard).distinct().toArray();
        assertThat(withoutStray).containsExactly(IntStream.range(100, 120).toArray());
        assertThat(heard).hasSize(21);
        assertThat(Arrays.stream(heard).filter(step -> step == 100).count()).isEqualTo(2);
        assertThat(lab.events.playbackStory())
                .containsExactly("PlaybackStarted p playing", "PlaybackStarted p playing", "PlaybackFinished p done");
    }

    /** Asterisk 22: "a DELETE while paused works". */
    @Test
    void aPausedPlaybackCanBeDeleted() {
        lab.play(call, "p", lab.media(100, 200));
        lab.awaitHeard(call, 103);
        control("p", "pause");

        assertThat(lab.ari.delete("/playbacks/p").status()).isEqualTo(204);

        lab.awaitFinished("p");
        assertThat(lab.ari.get("/playbacks/p").status()).isEqualTo(404);
    }

    /**
     * Asterisk 22: "pause, unpause, reverse on a queued one: 409; `restart` there 204 and nothing; unknown operation 400;
     * after the end 404".
     */
    @Test
    void aQueuedPlaybackCannotBeControlled() {
        lab.play(call, "a", lab.media(100, 200));
        lab.play(call, "b", lab.media(100, 3));

        for (String operation : List.of("pause", "unpause", "reverse", "forward")) {
            assertThat(control("b", operation)).as(operation).isEqualTo(409);
        }
        assertThat(control("b", "restart")).isEqualTo(204);
        assertThat(control("b", "dance")).isEqualTo(400);
        assertThat(control("nobody", "pause")).isEqualTo(404);
        assertThat(lab.ari.post("/playbacks/b/control").status()).isEqualTo(400);
    }

    /** Asterisk 22: "`reverse` with `skipms=300` goes back 280 ms" or 300, whether or not the next frame was read, "(409 while paused)". */
    @Test
    void reverseGoesBackAndIsRefusedWhilePaused() {
        // Given a playback that is heard
        String media = lab.media(100, 60);
        lab.ari.post(
                lab.channel(call) + "/play/p?skipms=300", new JsonObject().put("media", new JsonArray().add(media)));
        lab.awaitHeard(call, 130);

        // When it is reversed
        assertThat(control("p", "reverse")).isEqualTo(204);

        // Then 14 or 15 frames are heard again
        lab.awaitFinished("p");
        assertThat(Lab.heard(call)).hasSizeBetween(74, 75);
        lab.play(call, "q", media);
        await().until(() -> control("q", "pause") == 204);
        assertThat(control("q", "reverse")).isEqualTo(409);
    }

    /** Asterisk 22: "`number:`, `digits:`, `characters:` playbacks are not controllable: DELETE answers 500." */
    @Test
    void aNumberCannotBeStopped() {
        lab.play(call, "p", "number:42");
        await().until(() -> Lab.heard(call).length > 0);

        assertThat(lab.ari.delete("/playbacks/p").status()).isEqualTo(500);
        assertThat(control("p", "pause")).isEqualTo(500);
        lab.awaitFinished("p");
    }

    private int control(String id, String operation) {
        return lab.ari
                .post("/playbacks/" + id + "/control?operation=" + operation)
                .status();
    }
}
