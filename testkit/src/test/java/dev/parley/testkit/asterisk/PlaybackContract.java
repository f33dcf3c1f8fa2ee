package dev.parley.testkit.asterisk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.parley.testkit.line.PhoneCall;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** How playbacks of a call follow each other, and how they end; each test quotes what was seen on the real Asterisk. */
abstract class PlaybackContract extends OneCallContract {
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

    /**
     * A phone that says "sendonly" is sent the playback all the same. Asterisk 22 loses a frame of it where one falls due while it applies
     * the phone's words: in 13 of 60 holds at chance instants one, never more.
     */
    @Test
    void aPlaybackIsSentDuringAHoldWithMusic() {
        lab.play(call, "p", lab.media(100, 60));
        lab.awaitHeard(call, 103);
        call.hold();
        Lab.pass(call, 10);
        call.unhold();

        lab.awaitFinished("p");
        assertThat(Lab.heard(call)).hasSizeBetween(59, 60).endsWith(158, 159);
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
}
