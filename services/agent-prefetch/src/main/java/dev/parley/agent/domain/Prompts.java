package dev.parley.agent.domain;

import dev.parley.records.CallCommand;
import dev.parley.records.ReplyKind;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.List;

/**
 * What the bot says by itself: greeting, question after silence, filler, apology, and what a command tells it to say. A prompt is named by the frame of its cause; its
 * index tells prompts of the same cause apart: 0 greeting or question after silence, 1 apology, 2 and on commands.
 */
final class Prompts {
    static final int MAX_IN_A_ROW = 2;
    private static final int APOLOGY = 1;
    private static final int COMMAND = 2;
    private static final int COMMANDS_REMEMBERED = 64;

    private final Context context;
    private final ReplyLog log;
    private final Answering answering;
    private final Deque<String> commandsDone = new ArrayDeque<>();
    private int inARow;

    Prompts(Context context, ReplyLog log, Answering answering) {
        this.context = context;
        this.log = log;
        this.answering = answering;
    }

    void restore(int promptsInARow, Collection<String> commands) {
        inARow = promptsInARow;
        commandsDone.addAll(commands);
    }

    /** Says the greeting; false where there is none. */
    boolean greet() {
        String greeting = context.phrases().greeting();
        if (greeting.isBlank()) {
            return false;
        }
        answering.say(prompt(0, 0), 0, greeting);
        context.note(Happening.PROMPTED, 0, "greeting");
        return true;
    }

    /** Asks whether the caller is there, twice at most. */
    void askAgain(long causeFrame) {
        List<String> questions = context.phrases().noInput();
        if (inARow >= Math.min(MAX_IN_A_ROW, questions.size())) {
            return;
        }
        // The second one's cause is another, even where nobody told that the first was heard.
        long cause = causeFrame + inARow;
        answering.say(prompt(cause, 0), cause, questions.get(inARow));
        inARow++;
        context.note(Happening.PROMPTED, causeFrame, "no input");
    }

    boolean quietFromNowOn() {
        return inARow >= Math.min(MAX_IN_A_ROW, context.phrases().noInput().size());
    }

    void callerSaidSomething() {
        inARow = 0;
    }

    void apologise(long causeFrame, String why) {
        answering.say(prompt(causeFrame, APOLOGY), causeFrame, context.phrases().apology());
        context.note(Happening.APOLOGISED, causeFrame, why);
    }

    /** Fills the wait for the answer to an utterance, once. */
    void fill(long utterance, int index, int revision, long turn) {
        List<String> fillers = context.phrases().fillers();
        boolean filled =
                log.all().stream().anyMatch(a -> a.id.kind() == ReplyKind.FILLER && a.id.utterance() == utterance);
        if (fillers.isEmpty() || filled) {
            return;
        }
        answering.say(new ReplyId(ReplyKind.FILLER, utterance, index, revision, 0), turn, fillers.get((int)
                (turn % fillers.size())));
        context.note(Happening.FILLER, utterance, "");
    }

    /** Says what a command tells, once for each id. */
    void say(CallCommand command) {
        if (commandsDone.contains(command.getId())) {
            context.note(Happening.DROPPED_REPEATED, command.getFrame(), "command");
            return;
        }
        commandsDone.add(command.getId());
        if (commandsDone.size() > COMMANDS_REMEMBERED) {
            commandsDone.removeFirst();
        }
        ReplyId id = prompt(command.getFrame(), COMMAND);
        for (Answer other = log.find(id); other != null && !other.text().equals(command.getArgument()); ) {
            id = prompt(command.getFrame(), id.index() + 1);
            other = log.find(id);
        }
        answering.say(id, command.getFrame(), command.getArgument());
        context.note(Happening.PROMPTED, command.getFrame(), "command");
    }

    int inARow() {
        return inARow;
    }

    List<String> commandsDone() {
        return List.copyOf(commandsDone);
    }

    private static ReplyId prompt(long causeFrame, int index) {
        return new ReplyId(ReplyKind.PROMPT, causeFrame, index, 0, 0);
    }
}
