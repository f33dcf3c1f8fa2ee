package dev.parley.agent.domain;

import dev.parley.records.BargeIn;
import dev.parley.records.CallCommand;
import dev.parley.records.CallCommandType;
import dev.parley.records.CallEvent;
import dev.parley.records.Conversation;
import dev.parley.records.Reply;
import dev.parley.records.ReplyHeard;
import dev.parley.records.ReplyKind;
import dev.parley.records.SpeechEvent;
import dev.parley.records.Transcript;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.avro.specific.SpecificRecord;

/**
 * One call's conversation: takes the records about it in any order across topics, the passing of time and what the engine says, and decides what is said. Each
 * method returns what is to be done, in order. Not thread-safe: one thread at a time.
 *
 * <p>The log of replies is read into {@link #receive} like any other topic; after a restart all of it must come before anything else does, see {@link #restore}.
 */
public final class Dialogue {
    /** Why the gateway holds a call that is being connected with somebody else. */
    private static final String TRANSFER = "transfer";

    private final Context context;
    private final ReplyLog log;
    private final Answering answering;
    private final Interruptions interruptions;
    private final Prompts prompts;
    private final Keypad keypad;
    private final History history = new History();
    private final Utterances utterances = new Utterances();
    private final Floor floor;
    private final Deadlines deadlines;
    private final Settling settling;
    private final Silence silence;
    private final Listening listening;

    private boolean started;
    private boolean held;
    private boolean over;
    private boolean changed;

    public Dialogue(String callId, AgentPolicy policy) {
        context = new Context(callId, policy);
        log = new ReplyLog(reply -> context.effect(new Effect.Publish(reply)));
        answering = new Answering(context, log);
        interruptions = new Interruptions(context, log);
        prompts = new Prompts(context, log, answering);
        keypad = new Keypad(policy.digitTimeout());
        floor = new Floor(context, log, answering, interruptions, prompts, history, utterances.all());
        deadlines = new Deadlines(context, answering, interruptions, prompts, floor);
        settling = new Settling(context, interruptions);
        silence = new Silence(context, log, answering, interruptions, prompts, settling);
        listening = new Listening(context, interruptions, floor, silence, utterances);
    }

    /** Goes on from a snapshot; then come the replies logged since, then everything else since. */
    public void restore(Conversation saved) {
        started = saved.getLanguage() != null;
        context.language(saved.getLanguage());
        utterances.restore(saved.getAnsweredThrough());
        history.restore(saved.getHistory());
        floor.restore(saved.getExpects());
        prompts.restore(saved.getPromptsInARow(), saved.getCommandsDone());
        held = saved.getHeld();
        silence.restore(saved.getFrame(), saved.getAt());
    }

    /** Takes a record of any topic that the agent reads; others are ignored. */
    public List<Effect> receive(SpecificRecord value, Instant now) {
        if (over) {
            return List.of();
        }
        switch (value) {
            case CallEvent event -> onCallEvent(event, now);
            case SpeechEvent event -> changed |= listening.speech(event, now);
            case Transcript transcript -> changed |= listening.transcript(transcript, now);
            case Reply reply -> changed |= log.absorb(reply);
            case ReplyHeard heard -> onHeard(heard, now);
            case CallCommand command -> onCommand(command, now);
            case BargeIn state -> onBargeIn(state, now);
            default -> {}
        }
        return context.drain();
    }

    /** Takes what the engine says. */
    public List<Effect> part(ReplyId id, ReplyPart part, Instant now) {
        context.cause(now);
        changed = true;
        if (!over && !answering.part(id, part)) {
            floor.engineFailed(id);
        }
        return context.drain();
    }

    /** Time has passed. */
    public List<Effect> tick(Instant now) {
        if (!over) {
            context.cause(now);
            keypad.over(context.nowMicros()).ifPresent(floor::entered);
            Utterance waiting = utterances.oldest();
            if (deadlines.look(waiting) && waiting != null) {
                listening.giveUp(waiting);
            }
            if (started && !held && utterances.isEmpty()) {
                changed |= silence.look(floor.turn());
            }
        }
        return context.drain();
    }

    /** Whether the call has ended and nothing more is to be done for it. */
    public boolean over() {
        return over;
    }

    // ---------------------------------------------------------------- records

    private void onCallEvent(CallEvent event, Instant now) {
        context.cause(event.getFrame(), event.getAt(), now);
        changed = true;
        switch (event.getType()) {
            case STARTED -> {
                if (event.getStarted() == null || started) {
                    return;
                }
                started = true;
                context.started(
                        event.getStarted().getLanguage(), event.getStarted().getFrameZeroAt());
                silence.until(event.getFrame(), event.getAt());
                prompts.greet();
            }
            case HELD -> held(event);
            case UNHELD -> {
                held = false;
                silence.until(event.getFrame(), event.getAt());
            }
            case DIGIT -> digit(event);
            case ENDED -> {
                answering.stopAll();
                utterances.clear();
                over = true;
            }
            case IDLE_WARNING, RESYNCED, COMMANDED, TRANSFERRED, UNKNOWN -> {}
        }
    }

    private void held(CallEvent event) {
        held = true;
        if (TRANSFER.equals(event.getReason())) {
            // Whoever comes back from there does not expect the rest of an old answer.
            if (interruptions.stopAt(event.getFrame())) {
                floor.enforceVoid();
            }
            floor.close();
        }
    }

    private void digit(CallEvent event) {
        String digit = event.getDigit();
        if (digit == null) {
            return;
        }
        silence.until(event.getFrame(), event.getAt());
        if (context.policy.digitsInterrupt() && interruptions.stopAt(event.getFrame())) {
            context.note(Happening.INTERRUPTED, event.getFrame(), "digit");
            floor.enforceVoid();
        }
        keypad.press(digit, event.getFrame(), event.getAt()).ifPresent(floor::entered);
        keypad.over(event.getAt()).ifPresent(floor::entered);
    }

    private void onHeard(ReplyHeard heard, Instant now) {
        context.cause(heard.getLastFrame(), heard.getAt(), now);
        if (!log.heard(heard)) {
            return;
        }
        changed = true;
        Answer answer = Objects.requireNonNull(log.find(ReplyId.of(heard)));
        if (answer.id.kind() != ReplyKind.FILLER) {
            history.bot(answer, answer.fence());
        }
        if (heard.getHeardMs() > 0) {
            silence.until(heard.getLastFrame(), heard.getAt());
        }
        if (answer.hangUp() && answer.heardOut() && !answer.cancelled() && !answer.isVoid(interruptions.voidBefore())) {
            hangUp(answer);
        }
    }

    private void onCommand(CallCommand command, Instant now) {
        if (command.getType() == CallCommandType.SAY) {
            context.cause(command.getFrame(), command.getAt(), now);
            changed = true;
            prompts.say(command);
        }
    }

    private void onBargeIn(BargeIn state, Instant now) {
        context.cause(state.getFrame(), state.getAt(), now);
        long before = interruptions.voidBefore();
        interruptions.read(state);
        if (interruptions.voidBefore() > before) {
            changed = true;
            floor.enforceVoid();
        }
    }

    private void hangUp(Answer answer) {
        context.note(Happening.HUNG_UP, answer.id.utterance(), "");
        context.effect(new Effect.Publish(CallCommand.newBuilder()
                .setCallId(context.callId)
                .setId("hang-up-" + answer.id)
                .setType(CallCommandType.HANG_UP)
                .setArgument("good-bye")
                .setIssuedBy("agent-prefetch")
                .setFrame(context.frame())
                .setAt(context.at())
                .build()));
    }

    // ---------------------------------------------------------------- rest

    /** Whether nothing is going on: the moment for a snapshot, where anything has {@link #changed}. */
    public boolean rests(Instant now) {
        context.cause(now);
        return !over && atRest();
    }

    /** Whether anything has changed since the last snapshot. */
    public boolean changed() {
        return changed;
    }

    private boolean atRest() {
        Turn turn = floor.turn();
        return utterances.isEmpty()
                && !keypad.pending()
                && answering.idle()
                && (turn == null || (turn.decided() && context.passed(turn.decidedAt(), context.policy.debounce())))
                && log.all().stream().allMatch(settling::settled);
    }

    /**
     * The state as of now; only when it {@link #rests}.
     *
     * @param offsets by topic, the offset of the first record that was not received yet
     */
    public Conversation snapshot(Map<String, Long> offsets) {
        floor.close();
        log.forget(settling::settled);
        changed = false;
        return Conversation.newBuilder()
                .setCallId(context.callId)
                .setLanguage(started ? context.language() : null)
                .setAnsweredThrough(utterances.doneThrough())
                .setHistory(history.said())
                .setExpects(floor.expects())
                .setPromptsInARow(prompts.inARow())
                .setCommandsDone(prompts.commandsDone())
                .setHeld(held)
                .setOffsets(new HashMap<>(offsets))
                .setFrame(silence.sinceFrame())
                .setAt(silence.since())
                .build();
    }
}
