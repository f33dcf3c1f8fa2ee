package dev.parley.player;

import static dev.parley.player.PlayerRig.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.player.PlayerRig.Caller;
import dev.parley.records.PlaybackEventType;
import dev.parley.records.ReplyHeard;
import dev.parley.testkit.line.LineRecording;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One player on a real broker and a simulated Asterisk. */
class PlayerTest {
    private static PlayerRig rig;

    @BeforeAll
    static void start(@TempDir Path folder) throws Exception {
        rig = new PlayerRig(folder, "player-test");
        rig.startPlayer(new FixedCostVoice(Duration.ofMillis(20)));
    }

    @AfterAll
    static void end() {
        rig.close();
    }

    @AfterEach
    void noRequestIsSlowAnyMore() {
        rig.asterisk.faults().delayRequests(Duration.ZERO);
    }

    @Test
    void chunksOfACommittedAnswerAreHeardInOrderAndToTheirEnd() {
        Caller call = rig.call();
        Replies answer = call.answer(100);

        call.say(
                answer.speculative(0, "one 300 ms"),
                answer.speculative(1, "two 400 ms"),
                answer.commit(),
                answer.end(2));

        await("both heard").until(() -> call.heard().size() == 2);
        assertThat(call.plays()).containsExactly(answer.playback(0), answer.playback(1));
        assertThat(call.heard()).allMatch(ReplyHeard::getComplete);
        assertThat(call.heard()).extracting(ReplyHeard::getText).containsExactly("one 300 ms", "two 400 ms");
        assertThat(call.events(PlaybackEventType.QUEUED)).hasSize(2);
    }

    @Test
    void aBargeInWhileTheBotSpeaksSilencesItForGood() {
        Caller call = rig.call();
        Replies answer = call.answer(100);
        call.say(answer.chunk(0, "one 2000 ms"), answer.chunk(1, "two 2000 ms"), answer.end(2));
        call.awaitBot();

        call.bargeIn(Replies.voidBefore(call.id, 200, answer.playback(0)));

        call.awaitSilence();
        await("both reported").until(() -> call.heard().size() == 2);
        assertThat(call.plays()).containsExactly(answer.playback(0));
        assertThat(call.heard().getFirst().getComplete()).isFalse();
        assertThat(call.events(PlaybackEventType.STOPPED)).isNotEmpty().allSatisfy(stopped -> {
            assertThat(stopped.getHttpStatus()).isEqualTo(204);
            assertThat(stopped.getBargeInFrame()).isEqualTo(200);
        });
        assertThat(rig.asterisk.livePlaybacks()).isEmpty();
    }

    @Test
    void aBargeInWhilePausedSilencesItForGood() {
        Caller call = rig.call();
        Replies answer = call.answer(100);
        call.say(answer.chunk(0, "one 2000 ms"), answer.end(1));
        call.awaitBot();
        call.bargeIn(Replies.suspicion(call.id, 150, answer.playback(0), PlayerRig.micros() + 5_000_000));
        await("the pause").until(() -> !call.events(PlaybackEventType.PAUSED).isEmpty());

        call.bargeIn(Replies.voidBefore(call.id, 200, answer.playback(0)));

        await("the report").until(() -> call.heard().size() == 1);
        assertThat(rig.asterisk.livePlaybacks()).isEmpty();
        assertThat(call.events(PlaybackEventType.RESUMED)).isEmpty();
    }

    @Test
    void aBargeInWhileThePostIsInFlightLetsNothingPlayOn() {
        Caller call = rig.call();
        Replies answer = call.answer(100);
        rig.asterisk.faults().delayRequests(Duration.ofMillis(150));
        call.say(answer.chunk(0, "in flight 3000 ms"), answer.end(1));
        await("the sound").until(() -> call.frame() > 10);

        call.bargeIn(Replies.voidBefore(call.id, 200, answer.playback(0)));

        await("the report").until(() -> call.heard().size() == 1);
        await("nothing inside").until(() -> rig.asterisk.livePlaybacks().isEmpty());
        assertThat(call.heard().getFirst().getComplete()).isFalse();
    }

    @Test
    void aVoidThatComesTwiceOrLateTouchesNothingNewer() {
        Caller call = rig.call();
        Replies old = call.answer(100);
        Replies fresh = call.answer(300);
        call.say(old.chunk(0, "old 2000 ms"), old.end(1));
        call.awaitBot();
        call.bargeIn(Replies.voidBefore(call.id, 200, old.playback(0)));
        call.awaitSilence();
        call.say(fresh.chunk(0, "fresh 900 ms"), fresh.end(1));
        call.awaitBot();

        call.bargeIn(Replies.voidBefore(call.id, 200, old.playback(0)));
        call.bargeIn(Replies.voidBefore(call.id, 150, fresh.playback(0)));

        await("both reported").until(() -> call.heard().size() == 2);
        assertThat(call.heard().getLast().getPlaybackId()).isEqualTo(fresh.playback(0));
        assertThat(call.heard().getLast().getComplete()).isTrue();
    }

    @Test
    void anUnheardOfCallsPlaybackIsDeletedToo() {
        Caller call = rig.call();
        Replies foreign = call.answer(100);
        Caller other = rig.call();
        // A playback on this call's channel whose reply nobody has read.
        rig.playByHand(call, foreign.playback(0));
        call.awaitBot();

        call.bargeIn(Replies.voidBefore(call.id, 200, foreign.playback(0)));

        call.awaitSilence();
        assertThat(rig.asterisk.livePlaybacks()).isEmpty();
        assertThat(other.heard()).isEmpty();
    }

    @Test
    void aSuspicionEndsByItselfAtItsDeadline() {
        Caller call = rig.call();
        Replies answer = call.answer(100);
        call.say(answer.chunk(0, "one 1500 ms"), answer.end(1));
        call.awaitBot();

        call.bargeIn(Replies.suspicion(call.id, 150, answer.playback(0), PlayerRig.micros() + 500_000));

        await("the pause").until(() -> !call.events(PlaybackEventType.PAUSED).isEmpty());
        await("heard").until(() -> call.heard().size() == 1);
        assertThat(call.heard().getFirst().getComplete()).isTrue();
        assertThat(call.events(PlaybackEventType.RESUMED))
                .singleElement()
                .satisfies(resumed -> assertThat(resumed.getReason()).isEqualTo("deadline"));
    }

    @Test
    void theCallersHangUpEndsEverything() {
        Caller call = rig.call();
        Replies answer = call.answer(100);
        call.say(answer.chunk(0, "one 2000 ms"), answer.chunk(1, "two 2000 ms"), answer.end(2));
        call.awaitBot();

        call.line.hangUp();
        call.ended();

        await("what was heard").until(() -> !call.heard().isEmpty());
        assertThat(call.heard().getFirst().getComplete()).isFalse();
        assertThat(call.plays()).containsExactly(answer.playback(0));
    }

    @Test
    void theSecondTimeAPhraseIsNotMadeAgain() {
        Caller call = rig.call();
        Replies first = call.answer(100);
        Replies second = call.answer(200);
        FixedCostVoice voice = rig.voice();
        call.say(first.chunk(0, "a fixed phrase 200 ms"), first.end(1));
        await("the first").until(() -> call.heard().size() == 1);
        int spoken = voice.spoken.get();

        call.say(second.chunk(0, "a fixed phrase 200 ms"), second.end(1));

        await("the second").until(() -> call.heard().size() == 2);
        assertThat(voice.spoken.get()).isEqualTo(spoken);
    }

    /** Measured from the samples that the caller was sent. The bounds are wide: the machine may be busy with other tests. */
    @Test
    void theBotFallsSilentAndBeginsAtOnce() {
        int runs = Integer.getInteger("player.runs", 20);
        List<Long> toSilence = new ArrayList<>();
        List<Long> toSound = new ArrayList<>();
        Caller call = rig.call();
        for (int run = 1; run <= runs; run++) {
            Replies answer = call.answer(run * 100L);
            int before = call.line.frames();
            call.say(answer.speculative(0, "run " + run + " 1500 ms"), answer.end(1));
            rig.awaitSynthesised(run);
            long committedAt = PlayerRig.micros();
            call.say(answer.commit());
            call.awaitBot();
            LineRecording line = call.line.received();
            toSound.add(line.atMicros()[line.firstPresent(before)] - committedAt);

            long voidAt = PlayerRig.micros();
            call.bargeIn(Replies.voidBefore(call.id, run * 100L + 50, answer.playback(0)));
            call.awaitSilence();
            line = call.line.received();
            toSilence.add(Math.max(0, line.atMicros()[line.lastPresent(line.frames())] - voidAt));
        }
        Collections.sort(toSilence);
        Collections.sort(toSound);
        System.out.printf(
                "n %d, ms: control record to last bot frame p50 %.1f p99 %.1f; commit to first bot frame p50 %.1f p99 %.1f%n",
                runs,
                toSilence.get(runs / 2) / 1000.0,
                toSilence.get((int) (runs * 0.99)) / 1000.0,
                toSound.get(runs / 2) / 1000.0,
                toSound.get((int) (runs * 0.99)) / 1000.0);
        assertThat(toSilence.get(runs / 2)).isLessThan(200_000);
        assertThat(toSound.get(runs / 2)).isLessThan(300_000);
    }
}
