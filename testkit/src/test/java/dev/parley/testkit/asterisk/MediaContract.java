package dev.parley.testkit.asterisk;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.audio.Sound;
import dev.parley.audio.WavFile;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** What Asterisk plays, and from where; each test quotes what was seen on the real one. */
abstract class MediaContract extends OneCallContract {
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
}
