package dev.parley.devstack;

import dev.parley.devstack.audit.CallVerdict;
import dev.parley.devstack.audit.CallView;
import dev.parley.devstack.audit.Timeline;
import dev.parley.records.CallEvent;
import dev.parley.records.CallEventType;
import dev.parley.records.Reply;
import dev.parley.records.ReplyHeard;
import dev.parley.records.ReplyType;
import dev.parley.testkit.asterisk.SimulatedAsterisk;
import dev.parley.testkit.asterisk.SimulatedCall;
import dev.parley.testkit.caller.Heard;
import dev.parley.testkit.caller.ScriptedCaller;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;

/** One call in a stack whose topics are read: held as its script says, and judged by what was heard, asked of Asterisk and written. */
final class JudgedCall {
    private final SimulatedAsterisk asterisk;
    private final Timeline timeline;
    private final SimulatedCall line;
    private final String id;
    private final Duration patience;

    /**
     * Dials.
     *
     * @param timeline reads the stack's topics
     * @param patience how long the bot may take for anything, and the call's end to be written
     */
    JudgedCall(SimulatedAsterisk asterisk, Timeline timeline, Duration patience) {
        this.asterisk = asterisk;
        this.timeline = timeline;
        this.patience = patience;
        line = asterisk.dial("+15551234", "100", "en");
        id = DevStack.ASTERISK + "~" + line.channelId();
    }

    String id() {
        return id;
    }

    /** A caller who has let the bot greet him. */
    static ScriptedCaller greeted(Duration patience) {
        return ScriptedCaller.script().waitForBotToSpeak(patience).waitForBotSilence(Duration.ofMillis(700), patience);
    }

    Heard hold(ScriptedCaller script) {
        return script.run(line);
    }

    /** What the topics hold of it now. */
    CallView view() {
        return new CallView(timeline.entries(), id);
    }

    /**
     * Whether it is written of each clause of the answer that was decided on last how much of it was heard. Silence alone does not tell
     * that an answer is over: where somebody died while it played, the rest of it comes when he is back.
     */
    boolean isLastAnswerOver() {
        CallView view = view();
        Optional<Reply> decided = view.records(Reply.class)
                .filter(reply -> reply.getType() == ReplyType.COMMIT)
                .reduce((earlier, later) -> later);
        if (decided.isEmpty()) return false;
        Reply commit = decided.get();
        List<Reply> answer = view.records(Reply.class)
                .filter(reply -> reply.getKind() == commit.getKind()
                        && reply.getUtterance() == commit.getUtterance()
                        && reply.getIndex() == commit.getIndex()
                        && reply.getRevision() == commit.getRevision()
                        && reply.getAttempt() == commit.getAttempt())
                .toList();
        Set<Integer> over = view.heard(commit.getKind()).stream()
                .filter(clause -> clause.getUtterance() == commit.getUtterance()
                        && clause.getIndex() == commit.getIndex()
                        && clause.getRevision() == commit.getRevision()
                        && clause.getAttempt() == commit.getAttempt())
                .map(ReplyHeard::getN)
                .collect(Collectors.toSet());
        return answer.stream().anyMatch(reply -> reply.getType() == ReplyType.END)
                && answer.stream()
                        .filter(reply -> reply.getType() == ReplyType.CHUNK)
                        .allMatch(clause -> over.contains(clause.getN()));
    }

    /** What was wrong with it, once its end is written. */
    List<String> faults(Heard heard) {
        Awaitility.await("the end is on the topics")
                .atMost(patience)
                .until(() -> view().records(CallEvent.class).anyMatch(event -> event.getType() == CallEventType.ENDED));
        return CallVerdict.of(asterisk, view(), heard).faults();
    }
}
