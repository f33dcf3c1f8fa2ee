package dev.parley.testkit.asterisk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.parley.audio.Sound;
import dev.parley.audio.WavFile;
import dev.parley.testkit.line.PhoneCall;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What Asterisk does with playbacks; each test quotes what was seen on the real one. */
abstract class PlaybackContract {
    /** An Asterisk for one test. */
    abstract Lab newLab();

    private Lab lab;
    PhoneCall call;

    @BeforeEach
    void dial() {
        lab = newLab();
        call = lab.call();
    }

    @AfterEach
    void close() {
        lab.close();
    }

    /** Asterisk 22: "`DELETE /playbacks/{id}`: 204 when playing or queued; 404 once finished." */
    @Test
    void deletingAPlaybackStopsItWithinTheFrameAndAFinishedOneIsNotFound() {
        // Given a playback that is heard
        lab.play(call, "p", lab.media(100, 500));
        lab.awaitHeard(call, 105);

        // When it is deleted
        int before = call.frames();
        int status = lab.ari.delete("/playbacks/p").status();
        int after = call.frames();

        // Then not one packet leaves after the answer, and it cannot be found any more
        assertThat(status).isEqualTo(204);
        Lab.pass(call, 5);
        assertThat(call.received().lastPresent(Integer.MAX_VALUE))
                // A packet that was under way may come in the phone's next tick.
                .isLessThan(after + 2)
                .isGreaterThan(before - 25);
        lab.awaitFinished("p");
        assertThat(lab.ari.delete("/playbacks/p").status()).isEqualTo(404);
        assertThat(lab.ari.get("/playbacks/p").status()).isEqualTo(404);
        assertThat(lab.events.playbackStory()).containsExactly("PlaybackStarted p playing", "PlaybackFinished p done");
    }

    /** Asterisk 22: "Stopping the current one starts the next queued one." */
    @Test
    void stoppingTheCurrentPlaybackStartsTheNextQueuedOne() {
        // Given one that plays and one that waits
        lab.play(call, "a", lab.media(100, 500));
        lab.play(call, "b", lab.media(1000, 3));
        lab.awaitHeard(call, 105);

        // When the first is stopped
        lab.ari.delete("/playbacks/a");

        // Then the second is heard
        lab.awaitFinished("b");
        assertThat(lab.events.playbackStory())
                .containsExactly(
                        "PlaybackStarted a playing",
                        "PlaybackFinished a done",
                        "PlaybackStarted b playing",
                        "PlaybackFinished b done");
        assertThat(Lab.heard(call)).endsWith(1000, 1001, 1002);
    }

    /** Asterisk 22: "PlaybackFinished of a deleted queued one comes only when its turn would have come." */
    @Test
    void aQueuedPlaybackThatIsDeletedFinishesWithoutHavingStartedWhenItsTurnComes() {
        // Given one that plays and one that waits
        lab.play(call, "a", lab.media(100, 150));
        assertThat(lab.play(call, "b", lab.media(1000, 3)).json().getString("state"))
                .isEqualTo("queued");
        assertThat(lab.ari.get("/playbacks/b").json().getString("state")).isEqualTo("queued");

        // When the waiting one is deleted
        assertThat(lab.ari.delete("/playbacks/b").status()).isEqualTo(204);

        // Then it is done but not finished until its turn, and deleting it again changes nothing
        assertThat(lab.ari.get("/playbacks/b").json().getString("state")).isEqualTo("done");
        assertThat(lab.ari.delete("/playbacks/b").status()).isEqualTo(204);
        lab.awaitFinished("b");
        assertThat(lab.events.playbackStory())
                .containsExactly("PlaybackStarted a playing", "PlaybackFinished a done", "PlaybackFinished b done");
        assertThat(Lab.heard(call)).containsExactly(IntStream.range(100, 250).toArray());
    }

    /** Asterisk 22: "No PlaybackFinished at all for an unsupported scheme or unknown recording." */
    @Test
    void anUnsupportedSchemeNeverFinishesAndHoldsNothingUp() {
        // When two that cannot be played are asked for, and one that can
        assertThat(lab.play(call, "a", "http://127.0.0.1/x.wav").status()).isEqualTo(201);
        assertThat(lab.play(call, "b", "recording:nobody").status()).isEqualTo(201);
        lab.play(call, "c", lab.media(100, 3));

        // Then only that one finishes
        lab.awaitFinished("c");
        assertThat(lab.events.playbackStory()).doesNotContain("PlaybackFinished a done", "PlaybackFinished b done");
        assertThat(lab.ari.get("/playbacks/a").status()).isEqualTo(404);
    }

    /** A file that is not there fails, and says so. */
    @Test
    void aFileThatCannotBeLoadedFinishesAsFailed() {
        lab.play(call, "a", "sound:no-such-sound");
        lab.play(call, "b", "sound:http://127.0.0.1:1/x.wav");

        lab.awaitFinished("b");
        assertThat(lab.events.playbackStory()).contains("PlaybackFinished a failed", "PlaybackFinished b failed");
    }

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

    /** Asterisk 22: "The same playback id again: 201 each time and a second playback queued, never rejected; of two with
     * one id only the first can be reached." */
    @Test
    void theSamePlaybackIdAgainIsASecondPlayback() {
        // Given an id twice
        assertThat(lab.play(call, "p", lab.media(100, 200)).status()).isEqualTo(201);
        assertThat(lab.play(call, "p", lab.media(1000, 3)).status()).isEqualTo(201);
        lab.awaitHeard(call, 102);

        // When it is deleted once
        lab.ari.delete("/playbacks/p");

        // Then the second is heard
        await().untilAsserted(() -> assertThat(Lab.heard(call)).endsWith(1000, 1001, 1002));
        await().untilAsserted(() -> assertThat(lab.events.playbackStory()).hasSize(4));
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

    /** Asterisk 22: "A JSON array of media is safer for URLs": the query's text is split at its commas. */
    @Test
    void aListOfMediaContinuesAndACommaInAQueryPartsIt() {
        // When an array of two is played
        String first = lab.media(100, 2);
        String second = lab.media(1000, 2);
        AriTestClient.Reply reply = lab.ari.post(
                lab.channel(call) + "/play/p",
                new JsonObject().put("media", new JsonArray().add(first).add(second)));

        // Then one follows the other under one id
        assertThat(reply.json().getString("next_media_uri")).isEqualTo(second);
        lab.awaitFinished("p");
        assertThat(Lab.heard(call)).containsExactly(100, 101, 1000, 1001);
        assertThat(lab.events.playbackStory())
                .containsExactly(
                        "PlaybackStarted p playing",
                        "PlaybackContinuing p continuing",
                        "PlaybackStarted p playing",
                        "PlaybackFinished p done");

        // And a URL with a comma in the query is two media
        AriTestClient.Reply split = lab.ari.post(lab.channel(call) + "/play/q?media=sound:http://x/a,b.wav");
        assertThat(split.json().getString("media_uri")).isEqualTo("sound:http://x/a");
        assertThat(split.json().getString("next_media_uri")).isEqualTo("b.wav");
    }

    /** Asterisk 22: "`offsetms` on play is exact, local and HTTP (one stray first frame too)." */
    @Test
    void anOffsetSkipsExactlyAfterOneStrayFrame() {
        String media = lab.media(100, 10);
        lab.ari.post(
                lab.channel(call) + "/play/p?offsetms=100", new JsonObject().put("media", new JsonArray().add(media)));

        lab.awaitFinished("p");
        assertThat(Lab.heard(call)).containsExactly(100, 105, 106, 107, 108, 109);
    }

    /** Asterisk 22: "201, state `queued`; 404, 409, 412 on error." */
    @Test
    void aPlaybackIsRefusedWhereTheChannelCannotPlay() {
        // Given a channel that has left Stasis, and a media leg that nobody has connected to
        PhoneCall elsewhere = lab.call();
        lab.sendElsewhere(elsewhere);
        lab.leg("leg", "slin");

        // Then each is refused in its way
        await().untilAsserted(() ->
                assertThat(lab.play(elsewhere, "p", "sound:beep").status()).isEqualTo(409));
        assertThat(lab.ari.post("/channels/nobody/play/p?media=sound:beep").status())
                .isEqualTo(404);
        assertThat(lab.ari.post("/channels/leg/play/p?media=sound:beep").status())
                .isEqualTo(409);
        assertThat(lab.ari.post(lab.channel(call) + "/play/p").status()).isEqualTo(500);
    }

    /** Asterisk 22: "Content-Type beats the extension: `audio/wav` means 8 kHz". */
    @Test
    void theContentTypeDecidesTheRate() {
        // Given one file of 16 kHz, under three names
        byte[] wide = WavFile.bytes(new Sound(16_000, new short[16_000]));
        String wrong = lab.ari.serve("/wrong.wav16", "audio/wav", null, wide);
        String right = lab.ari.serve("/right.wav", "audio/x-wav;codec=pcm;bit=16;rate=16000", null, wide);
        String byName = lab.ari.serve("/name.wav16", "application/octet-stream", null, wide);

        // When each is played
        lab.play(call, "wrong", "sound:" + wrong);
        lab.play(call, "right", "sound:" + right);
        lab.play(call, "name", "sound:" + byName);

        // Then the one whose type says 8 kHz fails
        lab.awaitFinished("name");
        assertThat(lab.events.playbackStory())
                .contains("PlaybackFinished wrong failed", "PlaybackFinished right done", "PlaybackFinished name done");
        assertThat(Lab.heard(call)).hasSize(100);
    }

    /** Asterisk's format_wav takes mono PCM of 16 bits and nothing else. */
    @Test
    void aWavThatIsNotMonoPcmFails() {
        byte[] stereo = Lab.wav(100, 5);
        stereo[22] = 2;
        lab.play(call, "p", "sound:" + lab.ari.serve("/s.wav", "audio/wav", null, stereo));

        lab.awaitFinished("p");
        assertThat(lab.events.playbackStory()).contains("PlaybackFinished p failed");
    }

    /** Asterisk 22: "`max-age` avoids a second request; no Cache-Control means a GET each play". */
    @Test
    void aDownloadIsUsedAgainOnlyWithMaxAge() {
        String kept = lab.ari.serve("/kept.wav", "audio/wav", "max-age=60", Lab.wav(100, 2));
        String fresh = lab.ari.serve("/fresh.wav", "audio/wav", null, Lab.wav(100, 2));

        for (String id : List.of("a", "b")) {
            lab.play(call, id, "sound:" + kept);
            lab.play(call, id + "2", "sound:" + fresh);
        }

        lab.awaitFinished("b2");
        assertThat(lab.ari.served.get("/kept.wav")).hasValue(1);
        assertThat(lab.ari.served.get("/fresh.wav")).hasValue(2);
    }

    /** Asterisk 22: "a DELETE during the download answers 204, the Finished event comes after it". */
    @Test
    void aPlaybackThatIsDeletedDuringItsDownloadIsNeverHeard() {
        // Given a server that takes its time
        var gate = new CountDownLatch(1);
        String url = lab.ari.serveAfter(gate, "/slow.wav", Lab.wav(100, 20));
        lab.play(call, "p", "sound:" + url);

        // When the playback is deleted before the file is there
        assertThat(lab.ari.delete("/playbacks/p").status()).isEqualTo(204);
        assertThat(lab.events.types()).doesNotContain("PlaybackFinished");
        gate.countDown();

        // Then it finishes, and at most one frame of its start has slipped through
        lab.awaitFinished("p");
        Lab.pass(call, 3);
        assertThat(Lab.heard(call)).hasSizeLessThanOrEqualTo(1);
    }

    /** A phone that says "sendonly" is sent the playback all the same. */
    @Test
    void aPlaybackIsSentDuringAHoldWithMusic() {
        lab.play(call, "p", lab.media(100, 60));
        lab.awaitHeard(call, 103);
        call.hold();
        Lab.pass(call, 10);
        call.unhold();

        lab.awaitFinished("p");
        assertThat(Lab.heard(call)).hasSize(60);
        assertThat(lab.events.types()).containsSubsequence("ChannelHold", "ChannelUnhold");
    }

    /** Asterisk 22: "A playback runs on during hold with nothing sent", where the phone says "inactive". */
    @Test
    void aPlaybackRunsOnDuringASilentHoldUnheard() {
        lab.play(call, "p", lab.media(100, 60));
        lab.awaitHeard(call, 103);
        call.holdSilently();
        Lab.pass(call, 10);
        call.unhold();

        lab.awaitFinished("p");
        assertThat(Lab.heard(call)).hasSizeBetween(10, 51).endsWith(158, 159);
        assertThat(lab.events.types()).containsSubsequence("ChannelHold", "ChannelUnhold");
    }

    /** A playback that the caller's hanging up ends has failed; each that waited behind it is started and fails likewise. */
    @Test
    void hangingUpFailsThePlayback() {
        lab.play(call, "a", lab.media(100, 200));
        lab.play(call, "b", lab.media(100, 200));
        lab.awaitHeard(call, 101);

        call.hangUp();

        await().until(() -> lab.events.types().contains("StasisEnd"));
        assertThat(lab.events.playbackStory())
                .containsExactly(
                        "PlaybackStarted a playing",
                        "PlaybackFinished a failed",
                        "PlaybackStarted b playing",
                        "PlaybackFinished b failed");
        assertThat(lab.events.types()).containsSubsequence("ChannelHangupRequest", "PlaybackFinished", "StasisEnd");
        assertThat(lab.ari.get("/playbacks/a").status()).isEqualTo(404);
        assertThat(lab.ari.get("/playbacks/b").status()).isEqualTo(404);
    }

    /** Asterisk 22: "While an unbridged channel plays, setting a variable or addChannel on it blocks until the playback
     * ends." */
    @Test
    void settingAVariableWaitsForThePlayback() {
        // Given a playback of 600 ms
        lab.play(call, "p", lab.media(100, 30));
        lab.awaitHeard(call, 100);

        // When a variable is set meanwhile
        var reply = lab.ari.postLater(lab.channel(call) + "/variable?variable=X&value=1");

        // Then it is set when the playback has ended
        assertThat(reply.join().status()).isEqualTo(204);
        assertThat(Lab.heard(call)).hasSize(30);
        assertThat(lab.ari
                        .get(lab.channel(call) + "/variable?variable=X")
                        .json()
                        .getString("value"))
                .isEqualTo("1");
        await().untilAsserted(
                        () -> assertThat(lab.events.types()).containsSubsequence("PlaybackFinished", "ChannelVarset"));
        assertThat(lab.ari.get(lab.channel(call) + "/variable?variable=Y").status())
                .isEqualTo(404);
    }

    private int control(String id, String operation) {
        return lab.ari
                .post("/playbacks/" + id + "/control?operation=" + operation)
                .status();
    }
}
