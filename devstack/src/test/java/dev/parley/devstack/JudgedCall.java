package dev.parley.devstack;

import dev.parley.devstack.audit.CallVerdict;
import dev.parley.devstack.audit.CallView;
import dev.parley.devstack.audit.Timeline;
import dev.parley.records.CallEvent;
import dev.parley.records.CallEventType;
import dev.parley.testkit.asterisk.SimulatedAsterisk;
import dev.parley.testkit.asterisk.SimulatedCall;
import dev.parley.testkit.caller.Heard;
import dev.parley.testkit.caller.ScriptedCaller;
import java.time.Duration;
import java.util.List;
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

    /** What was wrong with it, once its end is written. */
    List<String> faults(Heard heard) {
        Awaitility.await("the end is on the topics")
                .atMost(patience)
                .until(() -> view().records(CallEvent.class).anyMatch(event -> event.getType() == CallEventType.ENDED));
        return CallVerdict.of(asterisk, view(), heard).faults();
    }
}
