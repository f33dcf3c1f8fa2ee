package dev.parley.agent.domain;

import static dev.parley.agent.domain.TestCall.early;
import static dev.parley.agent.domain.TestCall.end;
import static dev.parley.agent.domain.TestCall.event;
import static dev.parley.agent.domain.TestCall.heard;
import static dev.parley.agent.domain.TestCall.over;
import static dev.parley.agent.domain.TestCall.partial;
import static dev.parley.agent.domain.TestCall.provisional;
import static dev.parley.agent.domain.TestCall.resumed;
import static dev.parley.agent.domain.TestCall.sameAudio;
import static dev.parley.agent.domain.TestCall.say;
import static dev.parley.agent.domain.TestCall.speech;
import static dev.parley.agent.domain.TestCall.started;
import static dev.parley.agent.domain.TestCall.transcript;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.records.BargeIn;
import dev.parley.records.BargeInWriter;
import dev.parley.records.CallCommandType;
import dev.parley.records.CallEventType;
import dev.parley.records.ChunkStage;
import dev.parley.records.EndReason;
import dev.parley.records.Reply;
import dev.parley.records.ReplyKind;
import dev.parley.records.ReplyType;
import dev.parley.records.Said;
import dev.parley.records.SpeechEvent;
import dev.parley.records.SpeechEventType;
import dev.parley.records.Transcript;
import dev.parley.records.TranscriptStatus;
import java.util.List;
import org.junit.jupiter.api.Test;

class DialogueTest {
    private final TestCall call = new TestCall();

    /** The greeting was heard; the caller may speak from frame 100 on. */
    private void greeted() {
        call.give(started("en"));
        Reply greeting = call.replies(ReplyKind.PROMPT, ReplyType.CHUNK).getFirst();
        call.at(60).give(heard(greeting, 5, 59, 1000, 1000, greeting.getText()));
    }

    @Test
    void aCallThatStartsIsGreetedOnce() {
        call.give(started("en")).give(started("en"));
        assertThat(call.prompts()).containsExactly("Hello! How can I help you?");
        assertThat(call.replies(ReplyKind.PROMPT, ReplyType.END)).hasSize(1);
    }

    @Test
    void anAnswerIsMadeDuringTheSilenceAndCommittedAtTheEndOfTheTurn() {
        greeted();
        call.says(100, 200, "Where is my parcel?");
        assertThat(call.replies(ReplyKind.ANSWER, ReplyType.CHUNK)).allMatch(Reply::getSpeculative);
        assertThat(call.commits()).hasSize(1);
        assertThat(call.lastCommit().getTurn()).isEqualTo(200);
        assertThat(call.committedText()).isEqualTo("You said: Where is my parcel?. Fine.");
        assertThat(call.happened(Happening.COMMITTED)).isTrue();
    }

    @Test
    void theFinalChunkWithTheSameAudioChangesNothing() {
        greeted();
        call.says(100, 200, "Where is my parcel?");
        int before = call.published.size();
        call.give(sameAudio(100, 0, 1, 300));
        assertThat(call.published).hasSize(before);
    }

    @Test
    void aCallerWhoGoesOnAfterAPauseIsAnsweredToTheWhole() {
        greeted();
        call.at(105).give(speech(SpeechEventType.SPEECH_STARTED, 100, 105, 104));
        call.at(208).give(provisional(100, 0, 0, 208, "I would like to"));
        call.at(250).give(resumed(100, 250, 0, 0));
        call.at(338).give(provisional(100, 0, 1, 338, "I would like to book a table."));
        call.ends(100, 330, 0, 1);
        assertThat(call.commits()).hasSize(1);
        assertThat(call.committedText()).contains("book a table");
        assertThat(call.replies(ReplyKind.ANSWER, ReplyType.CANCEL)).hasSize(1);
    }

    @Test
    void aTextThatComesAfterTheEndOfTheTurnIsAnsweredThen() {
        greeted();
        call.at(105).give(speech(SpeechEventType.SPEECH_STARTED, 100, 105, 104));
        call.ends(100, 200, 0, 0);
        assertThat(call.commits()).isEmpty();
        call.give(provisional(100, 0, 0, 208, "Where is my parcel?"));
        assertThat(call.commits()).hasSize(1);
        assertThat(call.replies(ReplyKind.ANSWER, ReplyType.CHUNK)).noneMatch(Reply::getSpeculative);
    }

    @Test
    void aLongUtteranceIsPrefetchedOnItsFirstChunkAndStitched() {
        greeted();
        call.at(105).give(speech(SpeechEventType.SPEECH_STARTED, 100, 105, 104));
        call.at(350).give(partial(100, 0, 0, 350, "I would like to know where my parcel."));
        assertThat(call.happened(Happening.PREFETCHED)).isTrue();
        call.at(450).give(provisional(100, 1, 0, 450, "my parcel is today."));
        call.ends(100, 440, 1, 0);
        assertThat(call.committedText()).contains("I would like to know where my parcel is today");
    }

    @Test
    void tooLittleTextIsNotPrefetched() {
        greeted();
        call.at(350).give(partial(100, 0, 0, 350, "I would"));
        assertThat(call.happened(Happening.PREFETCHED)).isFalse();
    }

    @Test
    void noWordsMeanNoAnswer() {
        greeted();
        call.says(100, 110, "♪").says(400, 410, "");
        assertThat(call.replies(ReplyKind.ANSWER, ReplyType.CHUNK)).isEmpty();
        assertThat(call.happened(Happening.NOTHING_SAID)).isTrue();
    }

    @Test
    void aBriefWordIsAnsweredByItsText() {
        call.give(started("ru"));
        SpeechEvent brief = end(100, 115, 0, 0);
        brief.setBrief(true);
        Reply greeting = call.replies(ReplyKind.PROMPT, ReplyType.CHUNK).getFirst();
        call.at(60).give(heard(greeting, 5, 59, 1000, 1000, greeting.getText()));
        call.at(123).give(provisional(100, 0, 0, 123, "Да.")).at(215).give(brief);
        assertThat(call.committedText()).contains("Да");
    }

    @Test
    void wordsBeforeTheReplyWasHeardContinueTheTurn() {
        greeted();
        call.says(100, 200, "I want a pizza");
        call.says(320, 400, "with mushrooms");
        assertThat(call.commits()).hasSize(2);
        assertThat(call.committedText()).contains("I want a pizza with mushrooms");
        assertThat(call.bargeIns().getLast().getVoidBefore()).isGreaterThan(200).isLessThanOrEqualTo(400);
        assertThat(call.replies(ReplyKind.ANSWER, ReplyType.CANCEL)).isNotEmpty();
    }

    @Test
    void wordsWithinTheDebounceContinueTheTurnThoughTheReplyIsHeard() {
        greeted();
        call.says(100, 200, "I want a pizza");
        Reply chunk = call.chunks(ReplyId.of(call.lastCommit())).getFirst();
        call.at(345).give(over(speech(SpeechEventType.SPEECH_STARTED, 340, 345, 344), chunk));
        call.at(420).give(provisional(340, 0, 0, 420, "with mushrooms")).ends(340, 410, 0, 0);
        assertThat(call.committedText()).contains("I want a pizza with mushrooms");
    }

    @Test
    void wordsAfterTheReplyWasHeardBeginAnotherTurn() {
        greeted();
        call.says(100, 200, "I want a pizza");
        call.hears(call.lastCommit(), 305);
        call.says(500, 600, "And a coke");
        assertThat(call.committedText()).contains("You said: And a coke");
        assertThat(call.bargeIns()).isEmpty();
    }

    @Test
    void anUtteranceThatContinuesIsAnsweredWithTheNext() {
        greeted();
        SpeechEvent cut = end(100, 3100, 0, 0);
        cut.setReason(EndReason.MAX_UTTERANCE);
        cut.setContinues(true);
        cut.setFrame(3100L);
        call.at(3100)
                .give(transcript(100, 0, 0, ChunkStage.FINAL, 3100, TranscriptStatus.RECOGNISED, "A long story"))
                .give(cut);
        assertThat(call.commits()).isEmpty();
        call.says(3101, 3200, "and its end");
        assertThat(call.commits()).hasSize(1);
        assertThat(call.committedText()).contains("A long story and its end");
    }

    @Test
    void theMindLetsABackchannelPass() {
        greeted();
        call.says(100, 200, "Tell me a story");
        Reply chunk = call.chunks(ReplyId.of(call.lastCommit())).getFirst();
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
        greeted();
        call.says(100, 200, "Tell me a story");
        Reply chunk = call.chunks(ReplyId.of(call.lastCommit())).getFirst();
        call.at(505).give(over(speech(SpeechEventType.SPEECH_STARTED, 500, 505, 504), chunk));
        call.at(507).give(over(speech(SpeechEventType.SUSPECTED, 500, 507, 506), chunk));
        call.at(516).give(early(500, 0, 516, "No, wait"));
        assertThat(call.bargeIns().getLast().getVoidBefore()).isEqualTo(500);
        assertThat(call.bargeIns().getLast().getVoidPlaybackId()).isEqualTo(TestCall.playbackId(chunk));
        call.give(heard(chunk, 305, 516, 700, 1000, "You said:"));
        call.at(560).give(provisional(500, 0, 1, 560, "No, wait, another one.")).ends(500, 550, 0, 1);
        assertThat(call.committedText()).isEqualTo("You said: No, wait, another one.. Fine.");
    }

    @Test
    void yesIsTheAnswerWhenTheBotHasJustAsked() {
        greeted();
        call.engine = r -> List.of(
                new ReplyPart.Text("It is five euros. Shall I book it?", true), new ReplyPart.Done(false, "yes-no"));
        call.says(100, 200, "What does it cost");
        Reply question = call.chunks(ReplyId.of(call.lastCommit())).getLast();
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
        greeted();
        call.says(100, 200, "Tell me a story");
        Reply chunk = call.chunks(ReplyId.of(call.lastCommit())).getFirst();
        call.at(520).give(over(speech(SpeechEventType.HELD, 500, 520, 519), chunk));
        call.at(565).give(speech(SpeechEventType.SILENCE, 500, 565, 520));
        assertThat(call.bargeIns()).isEmpty();
        call.at(570).give(speech(SpeechEventType.SILENCE, 500, 570, 520));
        assertThat(call.bargeIns().getLast().getDismissedThrough()).isGreaterThanOrEqualTo(520);
    }

    /** A hum over the bot, of which the recogniser makes words with this confidence; the bot is asked to go on after a second, and the turn ends after two. */
    private void hummedOverTheBot(float confidence) {
        greeted();
        call.says(100, 200, "Tell me a story");
        Reply chunk = call.chunks(ReplyId.of(call.lastCommit())).getFirst();
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
        greeted();
        call.says(100, 200, "Tell me a story");
        Reply chunk = call.chunks(ReplyId.of(call.lastCommit())).getFirst();
        call.at(516).give(over(speech(SpeechEventType.HELD, 500, 516, 515), chunk));
        call.at(541)
                .give(BargeIn.newBuilder()
                        .setCallId(TestCall.ID)
                        .setWriter(BargeInWriter.CHUNKER)
                        .setVoidBefore(500)
                        .setVoidPlaybackId(TestCall.playbackId(chunk))
                        .setFrame(541)
                        .setAt(TestCall.micros(541))
                        .build());
        Transcript words = provisional(500, 0, 1, 560, "Other one");
        words.setConfidence(0.5f);
        call.at(560).give(words).ends(500, 550, 0, 1);
        assertThat(call.commits()).hasSize(2);
    }

    @Test
    void theHistoryHoldsOnlyWhatWasHeard() {
        greeted();
        call.engine = r -> List.of(
                new ReplyPart.Text("The first sentence is short. The second was never heard.", true),
                new ReplyPart.Done(false, null));
        call.says(100, 200, "Tell me a story");
        Reply chunk = call.chunks(ReplyId.of(call.lastCommit())).getFirst();
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
    void aFillerComesWhenNothingIsReadyAndAnApologyAtTheDeadline() {
        greeted();
        call.engine = r -> List.of();
        call.says(100, 200, "A hard question");
        call.at(330).tick();
        assertThat(call.replies(ReplyKind.FILLER, ReplyType.CHUNK)).isEmpty();
        call.at(336).tick().tick();
        assertThat(call.replies(ReplyKind.FILLER, ReplyType.CHUNK)).hasSize(1);
        call.at(701).tick().tick();
        assertThat(call.prompts()).hasSize(2);
        assertThat(call.asked).isEmpty();
    }

    @Test
    void silenceIsPromptedTwiceAndThenNoMore() {
        greeted();
        for (int i = 1; i <= 4; i++) {
            call.at(60 + i * 500L).tick();
            Reply last = call.replies(ReplyKind.PROMPT, ReplyType.CHUNK).getLast();
            call.give(heard(last, 60 + i * 500L, 60 + i * 500L + 40, 800, 800, last.getText()));
        }
        assertThat(call.prompts()).hasSize(3);
        call.says(2700, 2800, "Hello again").hears(call.lastCommit(), 2905);
        call.at(4000).tick();
        assertThat(call.prompts()).hasSize(4);
    }

    @Test
    void aHeldCallIsNotPrompted() {
        greeted();
        call.give(event(CallEventType.HELD, 70)).at(2000).tick();
        assertThat(call.prompts()).hasSize(1);
    }

    @Test
    void aCommandIsSaidOncePerId() {
        greeted();
        call.give(say("a", "Good-bye.", 500)).give(say("a", "Good-bye.", 500)).give(say("b", "Really.", 500));
        assertThat(call.prompts()).containsExactly("Hello! How can I help you?", "Good-bye.", "Really.");
        assertThat(call.replies(ReplyKind.PROMPT, ReplyType.CHUNK))
                .extracting(ReplyId::of)
                .doesNotHaveDuplicates();
    }

    @Test
    void theCallEndsWhenTheGoodByeWasHeard() {
        greeted();
        call.engine =
                r -> List.of(new ReplyPart.Text("Good-bye, and thank you.", true), new ReplyPart.Done(true, null));
        call.says(100, 200, "Bye");
        assertThat(call.commands()).isEmpty();
        call.hears(call.lastCommit(), 305);
        assertThat(call.commands()).hasSize(1);
        assertThat(call.commands().getFirst().getType()).isEqualTo(CallCommandType.HANG_UP);
    }

    @Test
    void whoHangsUpIsNotAnswered() {
        greeted();
        SpeechEvent end = end(100, 200, 0, 1);
        end.setReason(EndReason.HANG_UP);
        call.at(208)
                .give(provisional(100, 0, 0, 208, "I was just"))
                .at(230)
                .give(end)
                .give(event(CallEventType.ENDED, 230));
        assertThat(call.commits()).isEmpty();
        assertThat(call.dialogue.over()).isTrue();
    }

    @Test
    void aMinuteLaterTheSameRecordsAreDroppedAndCounted() {
        greeted();
        call.says(100, 200, "Where is my parcel?").hears(call.lastCommit(), 305);
        int before = call.published.size();
        call.says(100, 200, "Where is my parcel?");
        assertThat(call.published).hasSize(before);
        assertThat(call.happened(Happening.DROPPED_DONE_WITH)).isTrue();
    }

    @Test
    void aFailedEngineIsApologisedFor() {
        greeted();
        call.engine = r -> List.of(new ReplyPart.Failed("503"));
        call.says(100, 200, "Where is my parcel?");
        assertThat(call.prompts()).hasSize(2);
        assertThat(call.happened(Happening.APOLOGISED)).isTrue();
    }

    @Test
    void whatMustBeHeardIsNotVoided() {
        greeted();
        call.engine =
                r -> List.of(new ReplyPart.Text("This call is recorded.", false), new ReplyPart.Done(false, null));
        call.says(100, 200, "Record me");
        Reply chunk = call.chunks(ReplyId.of(call.lastCommit())).getFirst();
        assertThat(chunk.getInterruptible()).isFalse();
        call.at(505).give(over(speech(SpeechEventType.SPEECH_STARTED, 500, 505, 504), chunk));
        call.at(516).give(early(500, 0, 516, "No, wait"));
        assertThat(call.replies(ReplyKind.ANSWER, ReplyType.CANCEL)).isEmpty();
    }
}
