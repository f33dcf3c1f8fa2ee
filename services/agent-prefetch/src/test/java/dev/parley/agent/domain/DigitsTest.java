package dev.parley.agent.domain;

import static dev.parley.agent.CallRecords.event;
import static dev.parley.agent.CallRecords.heard;
import static dev.parley.agent.CallRecords.provisional;
import static dev.parley.agent.CallRecords.speech;
import static dev.parley.agent.CallRecords.started;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.records.BargeIn;
import dev.parley.records.CallEvent;
import dev.parley.records.CallEventType;
import dev.parley.records.Reply;
import dev.parley.records.ReplyKind;
import dev.parley.records.ReplyType;
import dev.parley.records.SpeechEventType;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Keys that the caller presses: one entry, answered like words. */
class DigitsTest {
    private TestCall call = new TestCall();

    @Test
    void digitsAreOneEntryThatEndsWhenNoneFollows() {
        call.greeted();
        press(200, "1").tickAt(250);
        press(260, "2").tickAt(340);
        press(350, "3").tickAt(440);
        assertThat(call.commits()).isEmpty();
        call.at(470).tick();
        assertThat(call.committedText()).isEqualTo("You said: 123. Fine.");
        assertThat(call.lastCommit().getTurn()).isEqualTo(350);
        assertThat(call.happened(Happening.ENTERED)).isTrue();
    }

    @Test
    void theHashEndsAnEntryAtOnceAndIsNoPartOfIt() {
        call.greeted();
        press(200, "1");
        press(220, "2");
        press(240, "#");
        assertThat(call.committedText()).isEqualTo("You said: 12. Fine.");
        press(260, "#");
        call.at(600).tick();
        assertThat(call.notes)
                .filteredOn(note -> note.what() == Happening.ENTERED)
                .hasSize(1);
    }

    @Test
    void theSameDigitsMakeTheSameEntriesHoweverLateTheyAreRead() {
        call.greeted();
        // When all are read at once, long after
        call.at(900);
        List.of(digit(200, "1"), digit(250, "2"), digit(400, "3"), digit(420, "4"))
                .forEach(call::give);
        call.tick();

        // Then what was pressed later than two seconds is another entry
        assertThat(call.asked).isEmpty();
        assertThat(call.commits()).extracting(Reply::getUtterance).containsExactly(200L, 400L);
    }

    @Test
    void aKeyStopsTheBotBeforeTheEntryIsOver() {
        call.greeted();
        call.says(100, 200, "Where is my parcel?");
        press(350, "5");
        assertThat(call.bargeIns()).last().extracting(BargeIn::getVoidBefore).isEqualTo(350L);
        assertThat(call.happened(Happening.INTERRUPTED)).isTrue();
        call.at(600).tick();
        assertThat(call.lastCommit().getUtterance()).isEqualTo(350);
    }

    @Test
    void aKeyDoesNotStopTheBotWhereThatIsTurnedOff() {
        call = new TestCall(TestPolicy.withoutDigitsInterrupting());
        call.greeted();
        call.says(100, 200, "Where is my parcel?");
        Reply answer = call.replies(ReplyKind.ANSWER, ReplyType.CHUNK).getFirst();
        call.at(340).give(heard(answer, 310, 330, 400, 1000, "You said"));
        press(350, "5");
        call.at(600).tick();
        assertThat(call.bargeIns()).isEmpty();
        assertThat(call.lastCommit().getUtterance()).isEqualTo(350);
    }

    @Test
    void digitsThatArePressedWhileSpeakingAreAnsweredTogetherWithTheWords() {
        call.greeted();
        call.at(105).give(speech(SpeechEventType.SPEECH_STARTED, 100, 105, 104));
        call.at(150).give(provisional(100, 0, 0, 150, "my code is"));
        press(160, "7");
        press(170, "#");
        assertThat(call.commits()).isEmpty();
        call.ends(100, 180, 0, 0);
        assertThat(call.commits()).hasSize(1);
        assertThat(call.committedText()).isEqualTo("You said: my code is 7. Fine.");
    }

    @Test
    void anEntryThatIsReadAgainAfterARestartIsAnsweredOnce() {
        call.greeted();
        press(200, "1");
        press(210, "#");
        List<Reply> logged = List.copyOf(call.replies());

        // When another agent takes over, reads the log and then the events
        TestCall next = new TestCall();
        next.at(300);
        logged.forEach(next::give);
        next.give(started("en")).give(digit(200, "1")).give(digit(210, "#"));

        // Then
        assertThat(next.commits()).isEmpty();
        assertThat(next.asked).isEmpty();
    }

    @Test
    void aCallThatIsTransferredHearsNoMoreOfTheAnswerBefore() {
        call.greeted();
        call.says(100, 200, "Where is my parcel?");
        CallEvent transfer = event(CallEventType.HELD, 350);
        transfer.setReason("transfer");
        call.at(350).give(transfer);
        assertThat(call.bargeIns()).last().extracting(BargeIn::getVoidBefore).isEqualTo(350L);
        call.at(900).tick();
        assertThat(call.commits()).hasSize(1);
        assertThat(call.prompts()).hasSize(1);
    }

    private DigitsTest press(long frame, String digit) {
        call.at(frame).give(digit(frame, digit));
        return this;
    }

    private void tickAt(long frame) {
        call.at(frame).tick();
    }

    private static CallEvent digit(long frame, String digit) {
        CallEvent event = event(CallEventType.DIGIT, frame);
        event.setDigit(digit);
        return event;
    }
}
