package dev.parley.player.domain;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.player.Replies;
import dev.parley.records.BargeIn;
import dev.parley.records.PlaybackEventType;
import dev.parley.records.ReplyHeard;
import dev.parley.records.ReplyKind;
import dev.parley.schemas.Fence;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** One thing at a time, on the model of a call. */
class CallPlayoutTest {
    /** 520 ms. */
    private static final String SHORT = "just so many characters!!";
    /** 2020 ms. */
    private static final String LONG = "ten chars ".repeat(10);

    private final ModelCall call = new ModelCall(new Random(1), 0, 0);

    private static BargeIn voids(long frame, String playbackId) {
        return Replies.voidBefore(ModelCall.CALL, frame, playbackId);
    }

    private BargeIn suspects(long frame, String playbackId, long forMillis) {
        return Replies.suspicion(ModelCall.CALL, frame, playbackId, call.now + forMillis * ModelCall.MS);
    }

    @Test
    void nothingIsHeardBeforeTheCommit() {
        Replies answer = call.answer(10);
        call.say(answer.speculative(0, SHORT));
        call.run(1000);
        assertThat(call.starts).isEmpty();

        call.say(answer.commit());

        call.run(1000);
        assertThat(call.heardMs(answer.playback(0))).isEqualTo(520);
    }

    @Test
    void aCancelledAnswerIsNeverHeard() {
        Replies answer = call.answer(10);
        call.say(answer.speculative(0, SHORT));
        call.say(answer.cancel());

        call.say(answer.commit());

        call.run(1000);
        assertThat(call.starts).isEmpty();
    }

    @Test
    void aCommitAfterTheVoidIsNeverHeard() {
        Replies answer = call.answer(10);
        call.say(answer.speculative(0, SHORT));
        call.bargeIn(voids(50, null));

        call.say(answer.commit());

        call.run(1000);
        assertThat(call.starts).isEmpty();
    }

    @Test
    void aBargeInStopsWhatPlaysAndPurgesWhatWaits() {
        Replies answer = call.answer(10);
        call.say(answer.chunk(0, LONG));
        call.say(answer.chunk(1, SHORT));
        call.run(500);

        call.bargeIn(voids(50, answer.playback(0)));

        call.run(1000);
        assertThat(call.heardMs(answer.playback(0))).isBetween(300L, 540L);
        assertThat(call.starts).containsOnlyKeys(answer.playback(0));
        ReplyHeard heard = call.reports(answer.playback(0)).getFirst();
        assertThat(heard.getComplete()).isFalse();
        assertThat((long) heard.getHeardMs())
                .isCloseTo(call.heardMs(answer.playback(0)), org.assertj.core.data.Offset.offset(30L));
        assertThat(LONG).startsWith(heard.getText());
        assertThat(call.reports(answer.playback(1))).singleElement().satisfies(none -> {
            assertThat(none.getHeardMs()).isZero();
            assertThat(none.getFirstFrame()).isEqualTo(-1);
        });
        assertThat(call.events)
                .filteredOn(event -> event.getType() == PlaybackEventType.STOPPED)
                .singleElement()
                .satisfies(stopped -> {
                    assertThat(stopped.getHttpStatus()).isEqualTo(204);
                    assertThat(stopped.getBargeInFrame()).isEqualTo(50);
                });
    }

    @Test
    void ofWhatIsOnlyPresumedTheBeginningIsSynthesisedAndTheRestAtTheCommit() {
        Replies answer = call.answer(10);
        var player = new CallPlayout(ModelCall.CALL, new Fence());
        player.caughtUp(0);

        assertThat(player.reply(answer.speculative(0, SHORT), answer.playback(0), 0))
                .hasAtLeastOneElementOfType(Act.Synthesise.class);
        assertThat(player.reply(answer.speculative(1, SHORT), answer.playback(1), 0))
                .hasAtLeastOneElementOfType(Act.Synthesise.class);
        assertThat(player.reply(answer.speculative(2, SHORT), answer.playback(2), 0))
                .isEmpty();

        assertThat(player.reply(answer.commit(), "", 1))
                .filteredOn(Act.Synthesise.class::isInstance)
                .extracting(act -> ((Act.Synthesise) act).chunk().n())
                .containsExactly(0, 1, 2);
    }

    @Test
    void anInterruptionWhoseCancelIsReadFirstIsStillToldAsABargeIn() {
        Replies answer = call.answer(10);
        var player = new CallPlayout(ModelCall.CALL, new Fence());
        player.caughtUp(0);
        player.reply(answer.chunk(0, SHORT), answer.playback(0), 0);
        player.synthesised(answer.playback(0), 520, 0);
        player.posted(answer.playback(0), 201, 1);
        player.reply(answer.cancel(), "", 2);
        player.bargeIn(voids(50, answer.playback(0)), 3);

        var acts = player.stopped(answer.playback(0), 204, 4);

        assertThat(acts)
                .filteredOn(Act.Note.class::isInstance)
                .extracting(act -> ((Act.Note) act).event().getReason())
                .containsExactly("barge-in");
    }

    @Test
    void aStopWhileThePostIsInFlightIsSentAtOnceAndAgainWhenThePostIsAnswered() {
        Replies answer = call.answer(10);
        var player = new CallPlayout(ModelCall.CALL, new Fence());
        player.caughtUp(0);
        player.reply(answer.chunk(0, SHORT), answer.playback(0), 0);
        assertThat(player.synthesised(answer.playback(0), 520, 0)).hasAtLeastOneElementOfType(Act.Play.class);

        assertThat(player.bargeIn(voids(50, answer.playback(0)), 1)).contains(new Act.Stop(answer.playback(0)));
        player.stopped(answer.playback(0), 404, 2);

        assertThat(player.posted(answer.playback(0), 201, 3)).contains(new Act.Stop(answer.playback(0)));
    }

    @Test
    void aSuspicionWhileThePostIsInFlightPausesBeforeTheLogTellsThatItPlays() {
        Replies answer = call.answer(10);
        var player = new CallPlayout(ModelCall.CALL, new Fence());
        player.caughtUp(0);
        player.reply(answer.chunk(0, SHORT), answer.playback(0), 0);
        assertThat(player.synthesised(answer.playback(0), 520, 0)).hasAtLeastOneElementOfType(Act.Play.class);
        Act pause = new Act.Pause(answer.playback(0));

        player.bargeIn(Replies.suspicion(ModelCall.CALL, 20, answer.playback(0), 2_000_000), 1);
        assertThat(player.posted(answer.playback(0), 201, 3)).contains(pause);

        // It was not heard yet: Asterisk is asked again.
        player.pauseAnswered(answer.playback(0), true, 409, 4);
        assertThat(player.tick(5)).doesNotContain(pause);
        assertThat(player.tick(100_000)).contains(pause);
    }

    @Test
    void aLowerOrRepeatedVoidChangesNothing() {
        call.bargeIn(voids(50, null));
        Replies answer = call.answer(60);
        call.say(answer.chunk(0, LONG));
        call.run(300);

        call.bargeIn(voids(50, answer.playback(0)));
        call.bargeIn(voids(20, answer.playback(0)));

        call.run(3000);
        assertThat(call.heardMs(answer.playback(0))).isEqualTo(2020);
    }

    @Test
    void whatMayNotBeCutIsHeardToItsEnd() {
        Replies notice = call.answer(10).notInterruptible();
        call.say(notice.chunk(0, LONG));
        call.run(300);

        call.bargeIn(voids(50, notice.playback(0)));

        call.run(3000);
        assertThat(call.heardMs(notice.playback(0))).isEqualTo(2020);
    }

    @Test
    void aSuspicionPausesAndItsEndResumes() {
        Replies answer = call.answer(10);
        call.say(answer.chunk(0, LONG));
        call.run(500);
        call.bargeIn(suspects(20, answer.playback(0), 2000));
        call.run(300);
        assertThat(call.isPaused(answer.playback(0))).isTrue();

        call.bargeIn(Replies.suspicion(ModelCall.CALL, 20, "", 0));

        call.run(100);
        assertThat(call.isSounding(answer.playback(0))).isTrue();
        call.run(2500);
        assertThat(call.reports(answer.playback(0))).singleElement().satisfies(heard -> {
            assertThat(heard.getComplete()).isTrue();
            assertThat(heard.getHeardMs()).isEqualTo(2020);
        });
    }

    @Test
    void aSuspicionThatNobodyTakesBackEndsAtItsDeadline() {
        Replies answer = call.answer(10);
        call.say(answer.chunk(0, LONG));
        call.run(500);

        call.bargeIn(suspects(20, answer.playback(0), 400));

        call.run(350);
        assertThat(call.isPaused(answer.playback(0))).isTrue();
        call.run(150);
        assertThat(call.isSounding(answer.playback(0))).isTrue();
    }

    @Test
    void aSuspicionWhoseDeadlineHasPassedIsIgnored() {
        Replies answer = call.answer(10);
        call.say(answer.chunk(0, LONG));
        call.run(500);

        call.bargeIn(suspects(20, answer.playback(0), -1));

        call.run(3000);
        assertThat(call.events).noneMatch(event -> event.getType() == PlaybackEventType.PAUSED);
        assertThat(call.heardMs(answer.playback(0))).isEqualTo(2020);
    }

    @Test
    void aFillerIsHeardToItsEndAndThenTheAnswer() {
        Replies filler = call.answer(10).of(ReplyKind.FILLER);
        Replies answer = call.answer(10);
        call.say(filler.chunk(0, SHORT));
        call.say(filler.end(1));
        call.run(300);

        call.say(answer.chunk(0, SHORT));

        call.run(2000);
        assertThat(call.startOrder).containsExactly(filler.playback(0), answer.playback(0));
        assertThat(call.heardMs(filler.playback(0))).isEqualTo(520);
    }

    @Test
    void aFillerThatHasNotBegunIsDroppedOnceTheAnswerIsReady() {
        Replies prompt = call.answer(5).of(ReplyKind.PROMPT);
        Replies filler = call.answer(10).of(ReplyKind.FILLER);
        Replies answer = call.answer(10);
        call.say(prompt.chunk(0, SHORT));
        call.say(prompt.end(1));
        call.say(filler.chunk(0, SHORT));
        call.say(filler.end(1));
        call.say(answer.chunk(0, SHORT));

        call.run(3000);

        assertThat(call.startOrder).containsExactly(prompt.playback(0), answer.playback(0));
    }

    @Test
    void aLostFinishedEventCostsNoMoreThanAMoment() {
        ModelCall losing = new ModelCall(new Random(2), 100, 0);
        Replies answer = losing.answer(10);
        losing.say(answer.chunk(0, SHORT));
        losing.say(answer.chunk(1, SHORT));

        losing.run(2000);

        assertThat(losing.startOrder).containsExactly(answer.playback(0), answer.playback(1));
        assertThat(losing.reports(answer.playback(0))).allMatch(ReplyHeard::getComplete);
    }

    @Test
    void aNewOwnerLetsWhatPlaysPlayOnAndGoesOnBehindIt() {
        Replies answer = call.answer(10);
        call.say(answer.chunk(0, LONG));
        call.say(answer.chunk(1, SHORT));
        call.run(500);

        call.crash(300 * ModelCall.MS);

        call.run(4000);
        assertThat(call.startOrder).containsExactly(answer.playback(0), answer.playback(1));
        assertThat(call.heardMs(answer.playback(0))).isEqualTo(2020);
        assertThat(call.heardMs(answer.playback(1))).isEqualTo(520);
    }

    @Test
    void aNewOwnerResumesWhatADeadOneLeftPaused() {
        Replies answer = call.answer(10);
        call.say(answer.chunk(0, LONG));
        call.run(500);
        call.bargeIn(suspects(20, answer.playback(0), 200));
        call.run(100);
        assertThat(call.isPaused(answer.playback(0))).isTrue();

        call.crash(1000 * ModelCall.MS);

        call.run(200);
        assertThat(call.isSounding(answer.playback(0))).isTrue();
    }

    @Test
    void theEndOfTheCallEmptiesEverything() {
        Replies answer = call.answer(10);
        call.say(answer.chunk(0, LONG));
        call.say(answer.chunk(1, SHORT));
        call.run(300);

        var acts = call.player.callEnded(call.now);

        assertThat(acts).filteredOn(Act.Over.class::isInstance).hasSize(2);
        assertThat(acts).contains(new Act.Settled(new AnswerId(ReplyKind.ANSWER, 10, 0, 0, 0)));
        assertThat(call.player.tick(call.now + 60_000_000)).isEmpty();
    }

    @Test
    void wordsAreProratedOverTheSound() {
        assertThat(HeardWords.of("one two three", 500, 1000)).isEqualTo("one two");
        assertThat(HeardWords.of("one two three", 1000, 1000)).isEqualTo("one two three");
        assertThat(HeardWords.of("one two three", 0, 1000)).isEmpty();
    }
}
