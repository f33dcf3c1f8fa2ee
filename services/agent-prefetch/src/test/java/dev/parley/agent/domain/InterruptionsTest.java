package dev.parley.agent.domain;

import static dev.parley.agent.CallRecords.early;
import static dev.parley.agent.CallRecords.heard;
import static dev.parley.agent.CallRecords.micros;
import static dev.parley.agent.CallRecords.over;
import static dev.parley.agent.CallRecords.playbackId;
import static dev.parley.agent.CallRecords.provisional;
import static dev.parley.agent.CallRecords.speech;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.agent.CallRecords;
import dev.parley.records.BargeIn;
import dev.parley.records.BargeInWriter;
import dev.parley.records.Reply;
import dev.parley.records.ReplyKind;
import dev.parley.records.ReplyType;
import dev.parley.records.Said;
import dev.parley.records.SpeechEventType;
import dev.parley.records.Transcript;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Who speaks over the bot: what lets it go on, what stops it, and what is left of what it was saying. */
class InterruptionsTest {
    private final TestCall call = new TestCall();

    @Test
    void theMindLetsABackchannelPass() {
        call.greeted();
        call.says(100, 200, "Tell me a story");
        Reply chunk = call.answer().getFirst();
        call.at(505).give(over(speech(SpeechEventType.SPEECH_STARTED, 500, 505, 504), chunk));
        call.at(507).give(over(speech(SpeechEventType.SUSPECTED, 500, 507, 506), chunk));
        call.at(516).give(early(500, 0, 516, "Mm-hmm."));
        assertThat(call.bargeIns().getLast().getDismissedThrough()).isEqualTo(516);
        assertThat(call.bargeIns().getLast().getVoidBefore()).isZero();
        call.at(530).give(provisional(500, 0, 1, 530, "Mm-hmm.")).ends(500, 520, 0, 1);
        assertThat(call.commits()).hasSize(1);
        assertThat(call.replies(ReplyKind.ANSWER, ReplyType.CANCEL)).isEmpty();
    }

    @Test
    void theMindStopsTheBotForOtherWords() {
        call.greeted();
        call.says(100, 200, "Tell me a story");
        Reply chunk = call.answer().getFirst();
        call.at(505).give(over(speech(SpeechEventType.SPEECH_STARTED, 500, 505, 504), chunk));
        call.at(507).give(over(speech(SpeechEventType.SUSPECTED, 500, 507, 506), chunk));
        call.at(516).give(early(500, 0, 516, "No, wait"));
        assertThat(call.bargeIns().getLast().getVoidBefore()).isEqualTo(500);
        assertThat(call.bargeIns().getLast().getVoidPlaybackId()).isEqualTo(playbackId(chunk));
        call.give(heard(chunk, 305, 516, 700, 1000, "You said:"));
        call.at(560).give(provisional(500, 0, 1, 560, "No, wait, another one.")).ends(500, 550, 0, 1);
        assertThat(call.committedText()).isEqualTo("You said: No, wait, another one.. Fine.");
    }

    @Test
    void yesIsTheAnswerWhenTheBotHasJustAsked() {
        call.greeted();
        call.engine = r -> List.of(
                new ReplyPart.Text("It is five euros. Shall I book it?", true), new ReplyPart.Done(false, "yes-no"));
        call.says(100, 200, "What does it cost");
        Reply question = call.answer().getLast();
        call.at(505).give(over(speech(SpeechEventType.SPEECH_STARTED, 500, 505, 504), question));
        call.at(516).give(early(500, 0, 516, "Yes."));
        assertThat(call.bargeIns().getLast().getVoidBefore()).isEqualTo(500);
        call.engine =
                r -> List.of(new ReplyPart.Text("Booked, " + r.expects() + ".", true), new ReplyPart.Done(false, null));
        call.at(530).give(provisional(500, 0, 1, 530, "Yes.")).ends(500, 520, 0, 1);
        assertThat(call.committedText()).isEqualTo("Booked, yes-no.");
    }

    @Test
    void voiceWithoutWordsLetsTheBotGoOnAfterASecond() {
        call.greeted();
        call.says(100, 200, "Tell me a story");
        Reply chunk = call.answer().getFirst();
        call.at(520).give(over(speech(SpeechEventType.HELD, 500, 520, 519), chunk));
        call.at(565).give(speech(SpeechEventType.SILENCE, 500, 565, 520));
        assertThat(call.bargeIns()).isEmpty();
        call.at(570).give(speech(SpeechEventType.SILENCE, 500, 570, 520));
        assertThat(call.bargeIns().getLast().getDismissedThrough()).isGreaterThanOrEqualTo(520);
    }

    /** A hum over the bot, of which the recogniser makes words with this confidence; the bot is asked to go on after a second, and the turn ends after two. */
    private void hummedOverTheBot(float confidence) {
        call.greeted();
        call.says(100, 200, "Tell me a story");
        Reply chunk = call.answer().getFirst();
        call.at(507).give(over(speech(SpeechEventType.SUSPECTED, 500, 507, 506), chunk));
        call.at(516).give(over(speech(SpeechEventType.HELD, 500, 516, 515), chunk));
        Transcript hum = early(500, 0, 520, "The mouse");
        hum.setConfidence(confidence);
        call.give(hum);
        call.at(570).give(speech(SpeechEventType.SILENCE, 500, 570, 520)).ends(500, 520, 0, 0);
    }

    @Test
    void wordsThatTheRecogniserDoubtsDoNotInterruptTheBot() {
        hummedOverTheBot(0.45f);
        assertThat(call.bargeIns()).allMatch(state -> state.getVoidBefore() == 0);
        assertThat(call.bargeIns().getLast().getDismissedThrough()).isGreaterThanOrEqualTo(520);
        assertThat(call.happened(Happening.DOUBTFUL)).isTrue();
        assertThat(call.commits()).hasSize(1);
    }

    @Test
    void theSameWordsInterruptItWhenTheRecogniserIsSure() {
        hummedOverTheBot(0.8f);
        assertThat(call.bargeIns().getFirst().getVoidBefore()).isEqualTo(500);
        assertThat(call.commits()).hasSize(2);
    }

    @Test
    void doubtfulWordsThatTheVoiceHasStoppedTheBotForAreAnswered() {
        call.greeted();
        call.says(100, 200, "Tell me a story");
        Reply chunk = call.answer().getFirst();
        call.at(516).give(over(speech(SpeechEventType.HELD, 500, 516, 515), chunk));
        call.at(541)
                .give(BargeIn.newBuilder()
                        .setCallId(CallRecords.CALL)
                        .setWriter(BargeInWriter.CHUNKER)
                        .setVoidBefore(500)
                        .setVoidPlaybackId(playbackId(chunk))
                        .setFrame(541)
                        .setAt(micros(541))
                        .build());
        Transcript words = provisional(500, 0, 1, 560, "Other one");
        words.setConfidence(0.5f);
        call.at(560).give(words).ends(500, 550, 0, 1);
        assertThat(call.commits()).hasSize(2);
    }

    @Test
    void theHistoryHoldsOnlyWhatWasHeard() {
        call.greeted();
        call.engine = r -> List.of(
                new ReplyPart.Text("The first sentence is short. The second was never heard.", true),
                new ReplyPart.Done(false, null));
        call.says(100, 200, "Tell me a story");
        Reply chunk = call.answer().getFirst();
        call.at(505).give(over(speech(SpeechEventType.SPEECH_STARTED, 500, 505, 504), chunk));
        call.at(516).give(early(500, 0, 516, "No, wait"));
        call.at(517).give(heard(chunk, 305, 516, 700, 1000, "The first sentence"));
        call.engine = r -> List.of();
        call.at(560).give(provisional(500, 0, 1, 560, "No, wait."));
        List<Said> history = call.asked.values().iterator().next().history();
        assertThat(history)
                .extracting(Said::getText)
                .containsExactly("Hello! How can I help you?", "Tell me a story", "The first sentence");
        assertThat(history.getLast().getInterrupted()).isTrue();
    }

    @Test
    void whatMustBeHeardIsNotVoided() {
        call.greeted();
        call.engine =
                r -> List.of(new ReplyPart.Text("This call is recorded.", false), new ReplyPart.Done(false, null));
        call.says(100, 200, "Record me");
        Reply chunk = call.answer().getFirst();
        assertThat(chunk.getInterruptible()).isFalse();
        call.at(505).give(over(speech(SpeechEventType.SPEECH_STARTED, 500, 505, 504), chunk));
        call.at(516).give(early(500, 0, 516, "No, wait"));
        assertThat(call.replies(ReplyKind.ANSWER, ReplyType.CANCEL)).isEmpty();
    }
}
