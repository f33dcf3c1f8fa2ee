package dev.parley.agent.domain;

import static dev.parley.agent.CallRecords.end;
import static dev.parley.agent.CallRecords.event;
import static dev.parley.agent.CallRecords.heard;
import static dev.parley.agent.CallRecords.over;
import static dev.parley.agent.CallRecords.partial;
import static dev.parley.agent.CallRecords.provisional;
import static dev.parley.agent.CallRecords.resumed;
import static dev.parley.agent.CallRecords.sameAudio;
import static dev.parley.agent.CallRecords.speech;
import static dev.parley.agent.CallRecords.started;
import static dev.parley.agent.CallRecords.transcript;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.records.CallEventType;
import dev.parley.records.ChunkStage;
import dev.parley.records.EndReason;
import dev.parley.records.Reply;
import dev.parley.records.ReplyKind;
import dev.parley.records.ReplyType;
import dev.parley.records.SpeechEvent;
import dev.parley.records.SpeechEventType;
import dev.parley.records.TranscriptStatus;
import org.junit.jupiter.api.Test;

/** What counts as one turn, and the one answer that it gets. */
class TurnsTest {
    private final TestCall call = new TestCall();

    @Test
    void anAnswerIsMadeDuringTheSilenceAndCommittedAtTheEndOfTheTurn() {
        call.greeted();
        call.says(100, 200, "Where is my parcel?");
        assertThat(call.replies(ReplyKind.ANSWER, ReplyType.CHUNK)).allMatch(Reply::getSpeculative);
        assertThat(call.commits()).hasSize(1);
        assertThat(call.lastCommit().getTurn()).isEqualTo(200);
        assertThat(call.committedText()).isEqualTo("You said: Where is my parcel?. Fine.");
        assertThat(call.happened(Happening.COMMITTED)).isTrue();
    }

    @Test
    void theFinalChunkWithTheSameAudioChangesNothing() {
        call.greeted();
        call.says(100, 200, "Where is my parcel?");
        int before = call.published.size();
        call.give(sameAudio(100, 0, 1, 300));
        assertThat(call.published).hasSize(before);
    }

    @Test
    void aCallerWhoGoesOnAfterAPauseIsAnsweredToTheWhole() {
        call.greeted();
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
        call.greeted();
        call.at(105).give(speech(SpeechEventType.SPEECH_STARTED, 100, 105, 104));
        call.ends(100, 200, 0, 0);
        assertThat(call.commits()).isEmpty();
        call.give(provisional(100, 0, 0, 208, "Where is my parcel?"));
        assertThat(call.commits()).hasSize(1);
        assertThat(call.replies(ReplyKind.ANSWER, ReplyType.CHUNK)).noneMatch(Reply::getSpeculative);
    }

    @Test
    void aLongUtteranceIsPrefetchedOnItsFirstChunkAndStitched() {
        call.greeted();
        call.at(105).give(speech(SpeechEventType.SPEECH_STARTED, 100, 105, 104));
        call.at(350).give(partial(100, 0, 0, 350, "I would like to know where my parcel."));
        assertThat(call.happened(Happening.PREFETCHED)).isTrue();
        call.at(450).give(provisional(100, 1, 0, 450, "my parcel is today."));
        call.ends(100, 440, 1, 0);
        assertThat(call.committedText()).contains("I would like to know where my parcel is today");
    }

    @Test
    void tooLittleTextIsNotPrefetched() {
        call.greeted();
        call.at(350).give(partial(100, 0, 0, 350, "I would"));
        assertThat(call.happened(Happening.PREFETCHED)).isFalse();
    }

    @Test
    void noWordsMeanNoAnswer() {
        call.greeted();
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
        call.greeted();
        call.says(100, 200, "I want a pizza");
        call.says(320, 400, "with mushrooms");
        assertThat(call.commits()).hasSize(2);
        assertThat(call.committedText()).contains("I want a pizza with mushrooms");
        assertThat(call.bargeIns().getLast().getVoidBefore()).isGreaterThan(200).isLessThanOrEqualTo(400);
        assertThat(call.replies(ReplyKind.ANSWER, ReplyType.CANCEL)).isNotEmpty();
    }

    @Test
    void wordsWithinTheDebounceContinueTheTurnThoughTheReplyIsHeard() {
        call.greeted();
        call.says(100, 200, "I want a pizza");
        Reply chunk = call.answer().getFirst();
        call.at(345).give(over(speech(SpeechEventType.SPEECH_STARTED, 340, 345, 344), chunk));
        call.at(420).give(provisional(340, 0, 0, 420, "with mushrooms")).ends(340, 410, 0, 0);
        assertThat(call.committedText()).contains("I want a pizza with mushrooms");
    }

    @Test
    void wordsAfterTheReplyWasHeardBeginAnotherTurn() {
        call.greeted();
        call.says(100, 200, "I want a pizza");
        call.hears(call.lastCommit(), 305);
        call.says(500, 600, "And a coke");
        assertThat(call.committedText()).contains("You said: And a coke");
        assertThat(call.bargeIns()).isEmpty();
    }

    @Test
    void anUtteranceThatContinuesIsAnsweredWithTheNext() {
        call.greeted();
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
    void whoHangsUpIsNotAnswered() {
        call.greeted();
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
        call.greeted();
        call.says(100, 200, "Where is my parcel?").hears(call.lastCommit(), 305);
        int before = call.published.size();
        call.says(100, 200, "Where is my parcel?");
        assertThat(call.published).hasSize(before);
        assertThat(call.happened(Happening.DROPPED_DONE_WITH)).isTrue();
    }
}
