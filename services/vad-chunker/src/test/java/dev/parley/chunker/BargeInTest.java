package dev.parley.chunker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.chunker.domain.ListeningSettings;
import dev.parley.records.BargeIn;
import dev.parley.records.EndReason;
import dev.parley.records.SpeechEvent;
import dev.parley.records.SpeechEventType;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Voice over what the caller hears, with a scripted voice. */
class BargeInTest {
    private static final ListeningSettings DEFAULTS = ListeningSettings.DEFAULTS;
    private static final String ANSWER = "answer-c-0-0-0-0-0";

    private static SpokenCall botFor(double seconds, String playback) {
        return new SpokenCall("a~1").silence(0.5).bot(playback, seconds).silence(1);
    }

    @Test
    void anInterruptionIsSuspectedHeldAndConfirmed() {
        SpokenCall call = botFor(10, ANSWER);
        long firstVoiced = call.now();
        Rehearsal heard = Rehearsal.of(call.voice(2).silence(3), DEFAULTS);

        assertThat(events(heard)).startsWith("SUSPECTED", "HELD", "CONFIRMED").hasSize(3);
        BargeIn last = heard.controls().getLast();
        assertThat(last.getVoidBefore()).isBetween(firstVoiced, firstVoiced + 3);
        assertThat(last.getVoidPlaybackId()).isEqualTo(ANSWER);
        assertThat(last.getSuspicion()).isNull();
    }

    @Test
    void theBotIsPausedWithinAQuarterOfASecond() {
        SpokenCall call = botFor(10, ANSWER);
        long firstVoiced = call.now();
        Rehearsal heard = Rehearsal.of(call.voice(2).silence(3), DEFAULTS);

        BargeIn first = heard.controls().getFirst();
        assertThat(first.getFrame() - firstVoiced).isLessThanOrEqualTo(9);
        assertThat(first.getSuspicion().getDeadlineAt()).isGreaterThan(first.getAt());
    }

    @Test
    void voiceThatEndsBeforeTheGuardIsDismissedAndItsWordIsStillHeard() {
        Rehearsal heard = Rehearsal.of(botFor(10, ANSWER).voice(0.2).silence(3), DEFAULTS);

        assertThat(events(heard)).containsExactly("SUSPECTED", "DISMISSED");
        assertThat(heard.controls().getLast().getSuspicion()).isNull();
        assertThat(heard.controls().getLast().getVoidBefore()).isZero();
        assertThat(heard.events(SpeechEventType.END_OF_TURN).getFirst().getBrief())
                .isTrue();
    }

    @Test
    void aReplyIsPausedOnSuspicionTwiceAtMost() {
        SpokenCall call = botFor(20, ANSWER);
        for (int i = 0; i < 4; i++) {
            call.voice(0.26).silence(2.4);
        }
        Rehearsal heard = Rehearsal.of(call, DEFAULTS);

        assertThat(events(heard)).containsExactly("SUSPECTED", "DISMISSED", "SUSPECTED", "DISMISSED");
    }

    @Test
    void eachDismissalMakesTheEarsSlower() {
        SpokenCall call = botFor(4, ANSWER).voice(0.26).silence(3.5).bot("answer-c-9-0-0-0-0", 5);
        long second = call.now();
        Rehearsal heard = Rehearsal.of(call.voice(0.26).silence(3), DEFAULTS);

        List<SpeechEvent> suspected = heard.events(SpeechEventType.SUSPECTED);
        assertThat(suspected.get(0).getVoicedFrames()).isEqualTo(6);
        assertThat(suspected.get(1).getVoicedFrames()).isEqualTo(9);
        assertThat(suspected.get(1).getFrame()).isGreaterThan(second);
    }

    @Test
    void anInterruptionMakesTheEarsQuickAgain() {
        SpokenCall call = botFor(4, ANSWER).voice(0.26).silence(3.5);
        call.bot("answer-c-9-0-0-0-0", 3).silence(0.5).voice(1.2).silence(3);
        call.bot("answer-c-8-0-0-0-0", 5).silence(0.5);
        Rehearsal heard = Rehearsal.of(call.voice(0.26).silence(3), DEFAULTS);

        assertThat(suspectedAfter(heard)).containsExactly(6, 9, 6);
    }

    @Test
    void aReplyHeardWithoutAPauseMakesTheEarsOneStepQuicker() {
        SpokenCall call = botFor(4, ANSWER).voice(0.26).silence(2).voice(0.26).silence(3);
        call.bot("answer-c-7-0-0-0-0", 3).silence(3.5);
        call.bot("answer-c-8-0-0-0-0", 5).silence(0.5);
        Rehearsal heard = Rehearsal.of(call.voice(0.28).silence(3), DEFAULTS);

        assertThat(suspectedAfter(heard)).containsExactly(6, 9, 9);
    }

    private static List<Integer> suspectedAfter(Rehearsal heard) {
        return heard.events(SpeechEventType.SUSPECTED).stream()
                .map(SpeechEvent::getVoicedFrames)
                .toList();
    }

    @Test
    void wordsAreWantedEarlyWhileTheBotIsHeld() {
        Rehearsal heard = Rehearsal.of(botFor(10, ANSWER).voice(0.7).silence(3), DEFAULTS);

        assertThat(heard.story())
                .containsSubsequence("HELD", "PROVISIONAL 0.0 early", "PROVISIONAL 0.1 early", "PROVISIONAL 0.2 early");
        assertThat(events(heard)).containsExactly("SUSPECTED", "HELD", "DISMISSED");
    }

    @Test
    void aHeldBotIsLetGoAtTheDeadlineWhateverHappens() {
        Rehearsal heard = Rehearsal.of(botFor(20, ANSWER).voice(0.5).silence(8), DEFAULTS);

        BargeIn held = heard.controls().get(1);
        BargeIn last = heard.controls().getLast();
        assertThat(last.getSuspicion()).isNull();
        assertThat(last.getAt())
                .isBetween(
                        held.getSuspicion().getDeadlineAt(), held.getSuspicion().getDeadlineAt() + 1_000_000);
    }

    @Test
    void speechOverAFillerVoidsNothing() {
        Rehearsal heard = Rehearsal.of(botFor(10, "filler-c-0-0-0-0-0").voice(2).silence(5), DEFAULTS);

        assertThat(heard.controls()).isNotEmpty().allMatch(state -> state.getVoidBefore() == 0);
        assertThat(heard.controls().getLast().getSuspicion()).isNull();
    }

    @Test
    void voiceWhileNothingIsHeardIsNoBargeIn() {
        Rehearsal heard =
                Rehearsal.of(new SpokenCall("a~1").silence(0.5).voice(2).silence(3), DEFAULTS);

        assertThat(heard.controls()).isEmpty();
    }

    @Test
    void switchedOffNothingIsSuspected() {
        ListeningSettings off =
                new ListeningSettings(100, 50, 3000, EndReason.MAX_UTTERANCE, 30, true, 250, 8, 0, 5, false, 6, 15, 40);
        Rehearsal heard = Rehearsal.of(botFor(10, ANSWER).voice(2).silence(3), off);

        assertThat(heard.controls()).isEmpty();
    }

    @Test
    void aHangUpTakesTheSuspicionBack() {
        Rehearsal heard = Rehearsal.of(botFor(10, ANSWER).voice(0.5), DEFAULTS);

        assertThat(heard.controls().getLast().getSuspicion()).isNull();
    }

    /** The events of the ears. */
    private static List<String> events(Rehearsal heard) {
        return heard.events().stream()
                .map(event -> event.getType().name())
                .filter(name ->
                        List.of("SUSPECTED", "HELD", "DISMISSED", "CONFIRMED").contains(name))
                .toList();
    }
}
