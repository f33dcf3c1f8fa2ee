package dev.parley.chunker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.chunker.domain.ListeningSettings;
import dev.parley.records.AudioFrame;
import dev.parley.records.ChunkStage;
import dev.parley.records.EndReason;
import dev.parley.records.FrameKind;
import dev.parley.records.SpeechEvent;
import dev.parley.records.SpeechEventType;
import dev.parley.records.UtteranceChunk;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** When utterances begin, pause, go on and end, and what is cut; with a scripted voice, so that every frame is known. */
class UtteranceTest {
    private static final ListeningSettings DEFAULTS = ListeningSettings.DEFAULTS;

    @Test
    void onceASecondItIsSaidThatNobodySpeaks() {
        Rehearsal heard =
                Rehearsal.of(new SpokenCall("a~1").silence(3.5).voice(1).silence(3), DEFAULTS);

        assertThat(heard.events(SpeechEventType.LISTENING))
                .extracting(SpeechEvent::getFrame)
                .containsExactly(0L, 50L, 100L, 150L, 350L);
    }

    @Test
    void aSentenceIsCutAtThePauseAndEndsAfterTwoSeconds() {
        Rehearsal heard = Rehearsal.of(new SpokenCall("a~1").silence(1).voice(1).silence(3), DEFAULTS);

        assertThat(heard.story())
                .containsExactly("SPEECH_STARTED", "PROVISIONAL 0.0", "END_OF_TURN SILENCE 0.0", "FINAL 0.1=0");
        SpeechEvent end = heard.events(SpeechEventType.END_OF_TURN).getFirst();
        assertThat(end.getLastVoicedFrame()).isEqualTo(99);
        assertThat(end.getFrame()).isEqualTo(99 + 100);
        assertThat(end.getBrief()).isFalse();
    }

    @Test
    void anUtteranceBeginsBeforeItsFirstVoice() {
        Rehearsal heard = Rehearsal.of(new SpokenCall("a~1").silence(1).voice(1).silence(3), DEFAULTS);

        assertThat(heard.chunks().getFirst().getFirstFrame()).isBetween(36L, 42L);
        assertThat(heard.events(SpeechEventType.SPEECH_STARTED).getFirst().getUtterance())
                .isEqualTo(heard.chunks().getFirst().getFirstFrame());
    }

    @Test
    void silenceIsToldEveryHundredMilliseconds() {
        Rehearsal heard = Rehearsal.of(new SpokenCall("a~1").silence(1).voice(1).silence(3), DEFAULTS);

        List<SpeechEvent> marks = heard.events(SpeechEventType.SILENCE);
        assertThat(marks).hasSize(19).allMatch(mark -> (mark.getFrame() - mark.getLastVoicedFrame()) % 5 == 0);
        assertThat(marks.getFirst().getRevision()).isNull();
        assertThat(marks.get(1).getRevision()).isZero();
    }

    @Test
    void aPauseOfNearlyTwoSecondsDoesNotEndTheTurn() {
        Rehearsal heard = Rehearsal.of(
                new SpokenCall("a~1")
                        .silence(0.5)
                        .voice(1)
                        .silence(1.9)
                        .voice(1)
                        .silence(2.2),
                DEFAULTS);

        assertThat(heard.story())
                .containsExactly(
                        "SPEECH_STARTED",
                        "PROVISIONAL 0.0",
                        "RESUMED 0.0",
                        "PROVISIONAL 0.1",
                        "END_OF_TURN SILENCE 0.1",
                        "FINAL 0.2=1");
    }

    @Test
    void voiceJustBeforeTheTimeOutHoldsTheTimer() {
        Rehearsal heard = Rehearsal.of(
                new SpokenCall("a~1")
                        .silence(0.5)
                        .voice(1)
                        .silence(1.96)
                        .voice(0.5)
                        .silence(3),
                DEFAULTS);

        assertThat(heard.events(SpeechEventType.END_OF_TURN)).hasSize(1);
    }

    @Test
    void aClickInThePauseDoesNotHoldTheTurnButGetsIntoAChunk() {
        SpokenCall call = new SpokenCall("a~1").silence(0.5).voice(1).silence(1);
        long click = call.now();
        Rehearsal heard = Rehearsal.of(call.voice(0.05).silence(3), DEFAULTS);

        assertThat(heard.story())
                .containsExactly(
                        "SPEECH_STARTED",
                        "PROVISIONAL 0.0",
                        "PROVISIONAL 0.1",
                        "END_OF_TURN SILENCE 0.1",
                        "FINAL 0.2=1");
        SpeechEvent end = heard.events(SpeechEventType.END_OF_TURN).getFirst();
        assertThat(end.getFrame() - end.getLastVoicedFrame()).isEqualTo(100);
        assertThat(heard.covered(500)[(int) click]).isTrue();
    }

    @Test
    void aShortWordPassesAndIsMarkedAsBrief() {
        Rehearsal heard =
                Rehearsal.of(new SpokenCall("a~1").silence(0.5).voice(0.3).silence(3), DEFAULTS);

        assertThat(heard.story())
                .containsExactly("SPEECH_STARTED", "PROVISIONAL 0.0", "END_OF_TURN SILENCE 0.0", "FINAL 0.1=0");
        assertThat(heard.events(SpeechEventType.END_OF_TURN).getFirst().getBrief())
                .isTrue();
    }

    @Test
    void aHangUpInTheMiddleOfAWordGivesTheLastChunkItsAudio() {
        Rehearsal heard = Rehearsal.of(new SpokenCall("a~1").silence(0.5).voice(1), DEFAULTS);

        assertThat(heard.story()).containsExactly("SPEECH_STARTED", "FINAL 0.0", "END_OF_TURN HANG_UP 0.0");
        assertThat(heard.chunks().getFirst().getLastFrame()).isEqualTo(74);
        assertThat(heard.chunks().getFirst().getPcm()).isNotNull();
        assertThat(heard.checkpoints().getLast().getEnded()).isTrue();
    }

    @Test
    void aFaintVoiceAfterTheCallersIsSilence() {
        Rehearsal heard =
                Rehearsal.of(new SpokenCall("a~1").silence(0.5).voice(2, 8000).voice(3, 800), DEFAULTS);

        SpeechEvent end = heard.events(SpeechEventType.END_OF_TURN).getFirst();
        assertThat(end.getReason()).isEqualTo(EndReason.SILENCE);
        assertThat(end.getLastVoicedFrame()).isBetween(124L, 130L);
    }

    @Test
    void unbrokenSpeechIsCutAboutEveryFiveSecondsWithOverlap() {
        Rehearsal heard =
                Rehearsal.of(new SpokenCall("a~1").silence(0.5).voice(17).silence(3), DEFAULTS);

        List<UtteranceChunk> partials = heard.chunks().stream()
                .filter(chunk -> chunk.getStage() == ChunkStage.PARTIAL)
                .toList();
        assertThat(partials).hasSize(3);
        for (int i = 1; i < heard.chunks().size(); i++) {
            UtteranceChunk before = heard.chunks().get(i - 1);
            UtteranceChunk chunk = heard.chunks().get(i);
            if (chunk.getIndex() > before.getIndex()) {
                long overlap = before.getLastFrame() - chunk.getFirstFrame() + 1;
                assertThat(overlap).isGreaterThanOrEqualTo(8).isEqualTo(chunk.getOverlapFrames());
            }
        }
    }

    @Test
    void aPartialEndsAtTheQuietestFrameOfTheLastHalfSecond() {
        SpokenCall call = new SpokenCall("a~1").silence(0.5).voice(4.5, 8000);
        long dip = call.now();
        Rehearsal heard = Rehearsal.of(call.voice(0.02, 2000).voice(3, 8000).silence(3), DEFAULTS);

        assertThat(heard.chunks().getFirst().getLastFrame()).isEqualTo(dip);
    }

    @Test
    void theGreatestLengthEndsAnUtteranceSeamlessly() {
        Rehearsal heard =
                Rehearsal.of(new SpokenCall("a~1").silence(0.5).voice(70).silence(3), DEFAULTS);

        SpeechEvent first = heard.events(SpeechEventType.END_OF_TURN).getFirst();
        assertThat(first.getReason()).isEqualTo(EndReason.MAX_UTTERANCE);
        assertThat(first.getContinues()).isTrue();
        long last = heard.chunks().stream()
                .filter(chunk -> chunk.getUtterance() == first.getUtterance())
                .mapToLong(UtteranceChunk::getLastFrame)
                .max()
                .orElseThrow();
        assertThat(heard.events(SpeechEventType.SPEECH_STARTED).get(1).getUtterance())
                .isEqualTo(last + 1);
    }

    @Test
    void theOldWayCutsOneChunkAnUtteranceAndCapsIt() {
        ListeningSettings old =
                new ListeningSettings(100, 50, 750, EndReason.MAX_RECORDING, 30, false, 250, 8, 0, 5, true, 6, 15, 40);
        Rehearsal heard =
                Rehearsal.of(new SpokenCall("a~1").silence(0.5).voice(20).silence(3), old);

        assertThat(heard.story())
                .containsExactly(
                        "SPEECH_STARTED",
                        "FINAL 0.0",
                        "END_OF_TURN MAX_RECORDING 0.0",
                        "SPEECH_STARTED",
                        "FINAL 0.0",
                        "END_OF_TURN SILENCE 0.0");
        assertThat(heard.chunks().getFirst().getLastFrame()
                        - heard.chunks().getFirst().getFirstFrame())
                .isLessThan(750);
    }

    @Test
    void theBotThatBeginsToBeHeardInAPauseClosesTheUtterance() {
        Rehearsal heard = Rehearsal.of(
                new SpokenCall("a~1")
                        .silence(0.5)
                        .voice(1)
                        .silence(0.8)
                        .bot("answer-c-0-0-0-0-0", 2)
                        .silence(3),
                DEFAULTS);

        assertThat(heard.events(SpeechEventType.END_OF_TURN).getFirst().getReason())
                .isEqualTo(EndReason.BOT_HEARD);
    }

    @Test
    void aHoldClosesTheUtteranceAndIsNotListenedTo() {
        List<AudioFrame> records = new ArrayList<>(new SpokenCall("a~1")
                .silence(0.5)
                .voice(1)
                .voice(4)
                .voice(1)
                .silence(3)
                .records());
        for (int frame = 75; frame < 275; frame++) {
            records.get(frame).setKind(FrameKind.HOLD);
            records.get(frame).setPcm(null);
        }
        Rehearsal heard = Rehearsal.of(records, DEFAULTS, new ScriptedVoice());

        assertThat(heard.story())
                .containsExactly(
                        "SPEECH_STARTED",
                        "FINAL 0.0",
                        "END_OF_TURN HOLD 0.0",
                        "SPEECH_STARTED",
                        "PROVISIONAL 0.0",
                        "END_OF_TURN SILENCE 0.0",
                        "FINAL 0.1=0");
    }

    @Test
    void aGapOfYearsCostsNothing() {
        List<AudioFrame> records = new ArrayList<>(
                new SpokenCall("a~1").silence(0.5).voice(1).silence(0.2).records());
        AudioFrame end = records.removeLast();
        long far = 5_000_000_000L;
        end.setKind(FrameKind.GAP);
        end.setLastFrame(far);
        records.add(end);
        for (AudioFrame frame :
                new SpokenCall("a~1").silence(0.5).voice(1).silence(2.5).records()) {
            frame.setFrame(far + 1 + frame.getFrame());
            frame.setLastFrame(frame.getFrame());
            records.add(frame);
        }
        Rehearsal heard = Rehearsal.of(records, DEFAULTS, new ScriptedVoice());

        assertThat(heard.events(SpeechEventType.END_OF_TURN))
                .extracting(SpeechEvent::getReason)
                .containsExactly(EndReason.SILENCE, EndReason.SILENCE);
    }
}
