package dev.parley.agent.domain;

import static dev.parley.agent.CallRecords.event;
import static dev.parley.agent.CallRecords.heard;
import static dev.parley.agent.CallRecords.say;
import static dev.parley.agent.CallRecords.started;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.records.CallCommandType;
import dev.parley.records.CallEventType;
import dev.parley.records.Reply;
import dev.parley.records.ReplyKind;
import dev.parley.records.ReplyType;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the bot says by itself: the greeting, when nothing is ready, when nobody speaks, what it is told to say, and good-bye. */
class PromptsTest {
    private final TestCall call = new TestCall();

    @Test
    void aCallThatStartsIsGreetedOnce() {
        call.give(started("en")).give(started("en"));
        assertThat(call.prompts()).containsExactly("Hello! How can I help you?");
        assertThat(call.replies(ReplyKind.PROMPT, ReplyType.END)).hasSize(1);
    }

    @Test
    void aFillerComesWhenNothingIsReadyAndAnApologyAtTheDeadline() {
        call.greeted();
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
        call.greeted();
        for (int i = 1; i <= 4; i++) {
            call.silentUntil(60 + i * 500L);
            Reply last = call.replies(ReplyKind.PROMPT, ReplyType.CHUNK).getLast();
            call.give(heard(last, 60 + i * 500L, 60 + i * 500L + 40, 800, 800, last.getText()));
        }
        assertThat(call.prompts()).hasSize(3);
        call.says(2700, 2800, "Hello again").hears(call.lastCommit(), 2905);
        call.silentUntil(4000);
        assertThat(call.prompts()).hasSize(4);
    }

    @Test
    void aCallerWhoIsNotListenedToIsNotTakenForSilent() {
        call.greeted();
        call.silentUntil(100).at(4000).tick();
        assertThat(call.prompts()).hasSize(1);
        call.silentUntil(4000);
        assertThat(call.prompts()).hasSize(2);
    }

    @Test
    void aHeldCallIsNotPrompted() {
        call.greeted();
        call.give(event(CallEventType.HELD, 70)).silentUntil(2000);
        assertThat(call.prompts()).hasSize(1);
    }

    @Test
    void aCommandIsSaidOncePerId() {
        call.greeted();
        call.give(say("a", "Good-bye.", 500)).give(say("a", "Good-bye.", 500)).give(say("b", "Really.", 500));
        assertThat(call.prompts()).containsExactly("Hello! How can I help you?", "Good-bye.", "Really.");
        assertThat(call.replies(ReplyKind.PROMPT, ReplyType.CHUNK))
                .extracting(ReplyId::of)
                .doesNotHaveDuplicates();
    }

    @Test
    void theCallEndsWhenTheGoodByeWasHeard() {
        call.greeted();
        call.engine =
                r -> List.of(new ReplyPart.Text("Good-bye, and thank you.", true), new ReplyPart.Done(true, null));
        call.says(100, 200, "Bye");
        assertThat(call.commands()).isEmpty();
        call.hears(call.lastCommit(), 305);
        assertThat(call.commands()).hasSize(1);
        assertThat(call.commands().getFirst().getType()).isEqualTo(CallCommandType.HANG_UP);
    }

    @Test
    void aFailedEngineIsApologisedFor() {
        call.greeted();
        call.engine = r -> List.of(new ReplyPart.Failed("503"));
        call.says(100, 200, "Where is my parcel?");
        assertThat(call.prompts()).hasSize(2);
        assertThat(call.happened(Happening.APOLOGISED)).isTrue();
    }
}
