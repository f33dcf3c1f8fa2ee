package dev.parley.agent.domain;

import dev.parley.agent.domain.UtteranceText.Reading;
import dev.parley.records.BargeIn;
import dev.parley.records.CallCommand;
import dev.parley.records.CallCommandType;
import dev.parley.records.CallEvent;
import dev.parley.records.ChunkStage;
import dev.parley.records.Conversation;
import dev.parley.records.EndReason;
import dev.parley.records.Reply;
import dev.parley.records.ReplyHeard;
import dev.parley.records.ReplyKind;
import dev.parley.records.Said;
import dev.parley.records.SpeechEvent;
import dev.parley.records.SpeechEventType;
import dev.parley.records.Transcript;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.TreeMap;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;

/**
 * One call's conversation: takes the records about it in any order across topics, the passing of time and what the engine says, and decides what is said. Each
 * method returns what is to be done, in order. Not thread-safe: one thread at a time.
 *
 * <p>Utterances are decided one after the other, in the order of their frames, each when its end and its whole text are known. The log of replies is read into
 * {@link #receive} like any other topic; after a restart all of it must come before anything else does, see {@link #restore}.
 */
public final class Dialogue {
    /** So long after a reply was cut short, what was heard of it is still waited for. */
    static final Duration HEARD_PATIENCE = Duration.ofSeconds(2);
    /** So long a turn that was expected to go on is left open without any voice. */
    static final Duration GO_ON_PATIENCE = Duration.ofSeconds(2);
    /** A reply that nobody reports as heard is given up after this, and {@link #SPEECH_PER_CHAR} for each character of it. */
    static final Duration UNHEARD_PATIENCE = Duration.ofSeconds(30);

    static final Duration SPEECH_PER_CHAR = Duration.ofMillis(100);

    /** Why the gateway holds a call that is being connected with somebody else. */
    private static final String TRANSFER = "transfer";

    private final Context context;
    private final ReplyLog log;
    private final Answering answering;
    private final Interruptions interruptions;
    private final Prompts prompts;
    private final Keypad keypad;
    private final History history = new History();
    private final NavigableMap<Long, Utterance> utterances = new TreeMap<>();

    private @Nullable Turn turn;
    private @Nullable String expects;
    private long answeredThrough = -1;
    private boolean started;
    private boolean held;
    private boolean over;
    private boolean changed;
    /** Frame and instant of the last thing that was said or heard; 0: nothing yet. */
    private long quietSinceFrame;

    private long quietSince;

    public Dialogue(String callId, AgentPolicy policy) {
        context = new Context(callId, policy);
        log = new ReplyLog(reply -> context.effect(new Effect.Publish(reply)));
        answering = new Answering(context, log);
        interruptions = new Interruptions(context, log);
        prompts = new Prompts(context, log, answering);
        keypad = new Keypad(policy.digitTimeout());
    }

    /** Goes on from a snapshot; then come the replies logged since, then everything else since. */
    public void restore(Conversation saved) {
        started = saved.getLanguage() != null;
        context.language(saved.getLanguage());
        answeredThrough = saved.getAnsweredThrough();
        history.restore(saved.getHistory());
        expects = saved.getExpects();
        prompts.restore(saved.getPromptsInARow(), saved.getCommandsDone());
        held = saved.getHeld();
        quietSinceFrame = saved.getFrame();
        quietSince = saved.getAt();
    }

    /** Takes a record of any topic that the agent reads; others are ignored. */
    public List<Effect> receive(SpecificRecord value, Instant now) {
        if (over) {
            return List.of();
        }
        switch (value) {
            case CallEvent event -> onCallEvent(event, now);
            case SpeechEvent event -> onSpeech(event, now);
            case Transcript transcript -> onTranscript(transcript, now);
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
            engineFailed(id);
        }
        return context.drain();
    }

    /** Time has passed. */
    public List<Effect> tick(Instant now) {
        if (!over) {
            context.cause(now);
            new Deadlines().look();
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
                quiet(event.getFrame(), event.getAt());
                prompts.greet();
            }
            case HELD -> held(event);
            case UNHELD -> {
                held = false;
                quiet(event.getFrame(), event.getAt());
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
                enforceVoid();
            }
            close();
        }
    }

    private void digit(CallEvent event) {
        String digit = event.getDigit();
        if (digit == null) {
            return;
        }
        quiet(event.getFrame(), event.getAt());
        if (context.policy.digitsInterrupt() && interruptions.stopAt(event.getFrame())) {
            context.note(Happening.INTERRUPTED, event.getFrame(), "digit");
            enforceVoid();
        }
        keypad.press(digit, event.getFrame(), event.getAt()).ifPresent(this::entered);
        keypad.over(event.getAt()).ifPresent(this::entered);
    }

    /** Digits are words of the caller's: they join what is being said, or are a turn of their own. */
    private void entered(Keypad.Entry entry) {
        Utterance keys = new Utterance(entry.first());
        takeFloor(keys, entry.digits(), entry.last(), context.policy.digitsInterrupt());
        Turn open = Objects.requireNonNull(turn);
        long frame = Math.max(entry.last(), interruptions.voidBefore());
        open.basis(new ReplyId(ReplyKind.ANSWER, entry.first(), 0, 0, 0), frame);
        open.ended(frame, entry.last(), context.nowMicros());
        context.note(Happening.ENTERED, entry.first(), "");
        if (utterances.isEmpty()) {
            decide(open, log.decided(entry.first()), entry.digits());
        }
    }

    private void onSpeech(SpeechEvent event, Instant now) {
        Utterance utterance = utterance(event.getUtterance());
        if (utterance == null) {
            return;
        }
        context.cause(event.getFrame(), event.getAt(), now);
        utterance.announced = true;
        utterance.over(event.getHeard());
        if (event.getType() == SpeechEventType.SPEECH_STARTED) {
            dropNeverEnded(event.getUtterance());
        } else if (event.getType() == SpeechEventType.RESUMED) {
            resumed(utterance, event);
        } else if (event.getType() == SpeechEventType.SUSPECTED || event.getType() == SpeechEventType.HELD) {
            utterance.suspected = true;
        } else if (event.getType() == SpeechEventType.SILENCE) {
            boolean wordless = utterance.suspected
                    && event.getFrame() - event.getLastVoicedFrame() >= Interruptions.WORDLESS_FRAMES
                    && !saysSomething(utterance);
            if (wordless) {
                interruptions.dismiss(utterance, event.getFrame(), Happening.WORDLESS);
            }
        }
        if (context.policy.endOfTurn().ends(event) && utterance.end == null) {
            dropNeverEnded(event.getUtterance());
            utterance.end = event;
            utterance.endSeenAt = Math.max(event.getAt(), context.nowMicros());
        }
        advance();
    }

    private void onTranscript(Transcript transcript, Instant now) {
        Utterance utterance = utterance(transcript.getUtterance());
        if (utterance == null) {
            return;
        }
        context.cause(transcript.getFrame(), transcript.getAt(), now);
        if (!utterance.text.add(transcript)) {
            context.note(Happening.DROPPED_REPEATED, transcript.getUtterance(), "transcript");
            return;
        }
        advance();
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
            quiet(heard.getLastFrame(), heard.getAt());
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
            enforceVoid();
        }
    }

    /** Whether any words of it count already. */
    private boolean saysSomething(Utterance utterance) {
        return Words.any(utterance.text.anyWords())
                && utterance
                        .text
                        .newest()
                        .filter(reading -> interruptions.isDoubtful(utterance, reading))
                        .isEmpty();
    }

    /** The utterance of this frame; null when it is done with. */
    private @Nullable Utterance utterance(long first) {
        if (first <= answeredThrough) {
            context.note(Happening.DROPPED_DONE_WITH, first, "");
            return null;
        }
        changed = true;
        return utterances.computeIfAbsent(first, Utterance::new);
    }

    private void dropNeverEnded(long next) {
        utterances.headMap(next, false).values().removeIf(earlier -> {
            boolean lost = earlier.end == null;
            if (lost) {
                context.note(Happening.DROPPED_NEVER_ENDED, earlier.first, "");
            }
            return lost;
        });
    }

    // ---------------------------------------------------------------- the turn

    /** Does what can be done for the utterances at hand, oldest first. */
    private void advance() {
        while (!utterances.isEmpty()) {
            Utterance utterance = utterances.firstEntry().getValue();
            listen(utterance);
            SpeechEvent end = utterance.end;
            if (end == null) {
                prefetch(utterance);
                return;
            }
            boolean gone = end.getReason() == EndReason.HANG_UP || end.getReason() == EndReason.LOST;
            Reading reading = end.getIndex() == null || end.getRevision() == null
                    ? null
                    : utterance.text.through(end.getIndex(), end.getRevision()).orElse(null);
            if (reading == null && end.getIndex() != null && !gone) {
                return;
            }
            done(utterance);
            if (!gone) {
                resolve(utterance, end, reading);
            }
        }
    }

    private void done(Utterance utterance) {
        utterances.remove(utterance.first);
        answeredThrough = Math.max(answeredThrough, utterance.first);
    }

    /** First words take the floor, unless they only show that the caller listens. */
    private void listen(Utterance utterance) {
        Reading reading = utterance.text.newest().orElse(null);
        if (!utterance.announced
                || reading == null
                || !reading.hasWords()
                || (turn != null && turn.holds(utterance.first))) {
            return;
        }
        if (log.decided(utterance.first) != null || interruptions.isDoubtful(utterance, reading)) {
            return;
        }
        if (interruptions.isBackchannel(utterance, reading.text(), reading.lastFrame())) {
            utterance.backchannel = true;
            if (utterance.suspected || reading.early()) {
                interruptions.dismiss(utterance, reading.lastFrame(), Happening.BACKCHANNEL);
            }
            return;
        }
        takeFloor(utterance, reading.text(), reading.lastFrame(), true);
    }

    private void takeFloor(Utterance utterance, String text, long lastFrame, boolean stops) {
        Turn open = turn;
        boolean joins = open != null && goesOn(open, utterance);
        boolean stopped = stops && interruptions.stop(utterance, lastFrame);
        if (open != null && joins) {
            Answer answer = open.answer();
            open.reopen();
            if (answer != null) {
                answering.cancel(answer, "continued by utterance " + utterance.first);
            }
            context.note(Happening.JOINED, utterance.first, "");
        } else {
            if (stopped) {
                context.note(Happening.INTERRUPTED, utterance.first, "");
            }
            close();
            open = new Turn();
            turn = open;
        }
        if (stopped) {
            enforceVoid();
        }
        open.put(utterance.first, text);
        prompts.callerSaidSomething();
    }

    /** Whether words of this utterance continue the turn rather than begin another. */
    private boolean goesOn(Turn open, Utterance utterance) {
        if (!open.decided()) {
            return true;
        }
        Answer answer = open.answer();
        if (answer != null && !answer.interruptible() && !answer.cancelled()) {
            return false;
        }
        if (utterance.first <= open.decisionFrame() + context.policy.debounceFrames()) {
            return true;
        }
        return !open.givenUp()
                && answer != null
                && !(answer.ended() && answer.chunks().isEmpty())
                && !wasHeard(answer, utterance);
    }

    private boolean wasHeard(Answer answer, Utterance before) {
        return answer.heardBefore(before.first)
                || interruptions.isHeard(answer, before.over())
                || interruptions.wasHeardWhenVoid(answer);
    }

    /** Once found, it stays one, though the bot may have ended in the meantime. */
    private boolean isBackchannel(Utterance utterance, Reading reading) {
        return interruptions.isBackchannel(utterance, reading.text(), reading.lastFrame())
                || (utterance.backchannel && context.policy.backchannels().matches(reading.text()));
    }

    /** Whether the bot was told to go on over these words, since they were none. */
    private boolean wasNoWords(Utterance utterance, Reading reading) {
        return utterance.dismissedThrough >= 0 && interruptions.isDoubtful(utterance, reading);
    }

    /** Begins an answer before the turn has ended. */
    private void prefetch(Utterance utterance) {
        Turn open = turn;
        Reading reading = utterance.text.newest().orElse(null);
        if (open == null || !open.holds(utterance.first) || reading == null || reading.early()) {
            return;
        }
        String text = open.textWith(utterance.first, reading.text());
        boolean enough = reading.stage() == ChunkStage.PARTIAL
                ? reading.index() <= 1 && text.length() >= context.policy.prefetchMinChars()
                : Words.any(text);
        if (!enough || open.isAnswered(text) || reading.lastFrame() < interruptions.voidBefore()) {
            return;
        }
        Answer outdated = open.answer();
        if (outdated != null) {
            answering.cancel(outdated, "the caller said more");
            open.reopen();
        }
        if (!open.mayStillSpeculate(context.policy.speculationBudget())) {
            return;
        }
        open.put(utterance.first, reading.text());
        open.speculated();
        context.note(Happening.PREFETCHED, utterance.first, reading.index() + "/" + reading.revision());
        open.answering(
                answering.begin(
                        new ReplyId(ReplyKind.ANSWER, utterance.first, reading.index(), reading.revision(), 0),
                        reading.lastFrame(),
                        request(open, text)),
                text);
    }

    private void resumed(Utterance utterance, SpeechEvent event) {
        if (event.getIndex() == null || event.getRevision() == null) {
            return;
        }
        utterance.text.supersede(event.getIndex(), event.getRevision());
        Answer answer = turn == null || turn.decided() ? null : turn.answer();
        if (turn != null
                && answer != null
                && answer.id.utterance() == utterance.first
                && answer.id.index() == event.getIndex()
                && answer.id.revision() <= event.getRevision()) {
            answering.cancel(answer, "the caller went on");
            turn.reopen();
        }
    }

    /** An utterance is over and its text is known: its turn is decided, continued, or nothing. */
    private void resolve(Utterance utterance, SpeechEvent end, @Nullable Reading reading) {
        quiet(end.getFrame(), end.getAt());
        String text = reading == null ? "" : reading.text();
        Answer logged = log.decided(utterance.first);
        boolean inTurn = turn != null && turn.holds(utterance.first);
        boolean words = reading != null && reading.hasWords();
        if (reading != null && words && !inTurn && logged == null && isBackchannel(utterance, reading)) {
            interruptions.dismiss(utterance, end.getLastVoicedFrame(), Happening.BACKCHANNEL);
            words = false;
        } else if (reading != null && words && !inTurn && logged == null && wasNoWords(utterance, reading)) {
            // The bot went on over it: what the recogniser makes of it now comes too late to stop anything.
            context.note(Happening.DOUBTFUL, utterance.first, "");
            words = false;
        } else if (reading != null && words && !inTurn) {
            takeFloor(utterance, reading.text(), reading.lastFrame(), true);
        } else if (!words) {
            if (utterance.suspected) {
                interruptions.dismiss(utterance, end.getFrame(), Happening.WORDLESS);
            }
            context.note(Happening.NOTHING_SAID, utterance.first, "");
        }
        Turn open = turn;
        if (open == null || (!words && open.decided())) {
            if (reading != null && reading.failed() && !words) {
                prompts.apologise(end.getFrame(), "not understood");
            }
            return;
        }
        if (inTurn || words) {
            open.put(utterance.first, text);
        }
        open.ended(end.getLastVoicedFrame(), end.getFrame(), utterance.endSeenAt);
        if (words && reading != null) {
            open.basis(
                    new ReplyId(ReplyKind.ANSWER, utterance.first, reading.index(), reading.revision(), 0),
                    reading.lastFrame());
        }
        if (!end.getContinues()) {
            decide(open, logged, text);
        }
    }

    /** The caller has ended: commits the answer that fits, or begins it now. */
    private void decide(Turn open, @Nullable Answer logged, String latest) {
        ReplyId basis = open.basis();
        if (basis == null || !open.hasWords()) {
            Answer answer = open.answer();
            if (answer != null) {
                answering.cancel(answer, "nothing was said");
            }
            turn = null;
            return;
        }
        String text = open.text();
        if (logged == null && open.frame() < interruptions.voidBefore()) {
            Answer answer = open.answer();
            if (answer != null) {
                answering.cancel(answer, "void before " + interruptions.voidBefore());
            }
            open.reopen();
            return;
        }
        List<Said> before = history.before(open.inHistory());
        history.caller(open.frame(), text, latest, open.inHistory());
        open.writtenDown();
        Answer answer = open.answer();
        if (logged != null) {
            if (answer != null && answer != logged) {
                answering.cancel(answer, "decided before");
            }
            open.answering(logged, text);
            context.note(Happening.TAKEN_OVER, basis.utterance(), logged.id.toString());
            answering.resume(logged, request(before, text));
            if (logged.cancelled() || logged.isVoid(interruptions.voidBefore())) {
                open.decide();
                takeBack(open, logged);
                return;
            }
        } else if (answer != null && open.isAnswered(text)) {
            answering.commit(
                    answer,
                    open.frame(),
                    "same words at the end of the turn: " + basis.index() + "/" + basis.revision());
            context.note(Happening.COMMITTED, basis.utterance(), answer.id.toString());
        } else {
            if (answer != null) {
                answering.cancel(answer, "other words at the end of the turn");
            }
            Answer late = answering.begin(basis, open.basedOn(), request(before, text));
            answering.commit(late, open.frame(), "answered after the end of the turn");
            open.answering(late, text);
            context.note(Happening.ANSWERED_LATE, basis.utterance(), late.id.toString());
        }
        open.decide();
        cancelOrphans(basis.utterance());
    }

    /** What was begun for this utterance before a restart, and not decided. */
    private void cancelOrphans(long utterance) {
        log.select(a -> a.id.kind() == ReplyKind.ANSWER
                        && a.id.utterance() == utterance
                        && !a.committed()
                        && !a.cancelled())
                .forEach(a -> answering.cancel(a, "not what was decided"));
    }

    private void enforceVoid() {
        answering.voidBefore(interruptions.voidBefore());
        Turn open = turn;
        Answer answer = open == null ? null : open.answer();
        if (open != null && answer != null && answer.cancelled() && !open.givenUp()) {
            takeBack(open, answer);
        }
    }

    /** The turn's answer was cancelled. Where nothing of it was heard, the words are still to be answered: with those that made it void, or alone. */
    private void takeBack(Turn open, Answer answer) {
        boolean heard = answer.anythingHeard()
                || interruptions.wasHeardWhenVoid(answer)
                || utterances.values().stream().anyMatch(u -> interruptions.isHeard(answer, u.over()));
        if (heard) {
            return;
        }
        if (answer.isVoid(interruptions.voidBefore())) {
            open.reopen();
        } else {
            open.giveUp();
            prompts.apologise(open.decisionFrame(), "taken over without an answer");
        }
    }

    /** The turn is history. */
    private void close() {
        Answer answer = turn == null ? null : turn.answer();
        if (answer != null
                && (!answer.cancelled() || answer.anythingHeard() || interruptions.wasHeardWhenVoid(answer))) {
            expects = answer.expects();
        }
        turn = null;
    }

    private ReplyRequest request(Turn open, String text) {
        return request(history.before(open.inHistory()), text);
    }

    private ReplyRequest request(List<Said> before, String text) {
        return new ReplyRequest(context.callId, context.language(), before, text, expects, "");
    }

    private void engineFailed(ReplyId id) {
        if (turn != null && turn.answer() != null && turn.answer().id.equals(id)) {
            if (turn.decided()) {
                turn.giveUp();
                prompts.apologise(turn.decisionFrame(), "engine failed");
            } else {
                turn.reopen();
            }
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

    private void quiet(long frame, long at) {
        quietSinceFrame = Math.max(quietSinceFrame, frame);
        quietSince = Math.max(quietSince, at);
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
        return utterances.isEmpty()
                && !keypad.pending()
                && answering.idle()
                && (turn == null || (turn.decided() && context.passed(turn.decidedAt(), context.policy.debounce())))
                && log.all().stream().allMatch(this::settled);
    }

    private boolean settled(Answer answer) {
        return answer.heardOut()
                || ((answer.cancelled() || answer.isVoid(interruptions.voidBefore()))
                        && context.passed(answer.newestAt(), HEARD_PATIENCE))
                || (answer.ended() && unheard(answer));
    }

    private boolean unheard(Answer answer) {
        return context.passed(
                answer.newestAt(),
                UNHEARD_PATIENCE.plus(SPEECH_PER_CHAR.multipliedBy(answer.text().length())));
    }

    /**
     * The state as of now; only when it {@link #rests}.
     *
     * @param offsets by topic, the offset of the first record that was not received yet
     */
    public Conversation snapshot(Map<String, Long> offsets) {
        close();
        log.forget(this::settled);
        changed = false;
        return Conversation.newBuilder()
                .setCallId(context.callId)
                .setLanguage(started ? context.language() : null)
                .setAnsweredThrough(answeredThrough)
                .setHistory(history.said())
                .setExpects(expects)
                .setPromptsInARow(prompts.inARow())
                .setCommandsDone(prompts.commandsDone())
                .setHeld(held)
                .setOffsets(new HashMap<>(offsets))
                .setFrame(quietSinceFrame)
                .setAt(quietSince)
                .build();
    }

    // ---------------------------------------------------------------- time

    /** What the passing of time brings about. */
    private final class Deadlines {
        void look() {
            keypad.over(context.nowMicros()).ifPresent(Dialogue.this::entered);
            Utterance waiting =
                    utterances.isEmpty() ? null : utterances.firstEntry().getValue();
            if (waiting != null && waiting.end != null) {
                forTranscripts(waiting, waiting.end);
            } else if (turn != null && turn.decided()) {
                forAnswer(turn);
            } else if (turn != null && waiting == null && turn.basis() != null) {
                toGoOn(turn);
            }
            forCaller();
        }

        /** An utterance is over, and its text is not there yet. */
        private void forTranscripts(Utterance utterance, SpeechEvent end) {
            boolean meant = !end.getBrief() || Words.any(utterance.text.anyWords());
            if (context.passed(utterance.endSeenAt, context.policy.replyDeadline())) {
                done(utterance);
                if (turn != null && !turn.decided()) {
                    Answer answer = turn.answer();
                    if (answer != null) {
                        answering.cancel(answer, "no transcript");
                    }
                    turn.giveUp();
                }
                if (meant) {
                    prompts.apologise(end.getFrame(), "no transcript");
                }
                advance();
            } else if (meant && end.getLastVoicedFrame() >= interruptions.voidBefore()) {
                fill(
                        utterance.endSeenAt,
                        utterance.first,
                        value(end.getIndex()),
                        value(end.getRevision()),
                        end.getLastVoicedFrame());
            }
        }

        private void forAnswer(Turn decided) {
            Answer answer = decided.answer();
            if (answer == null
                    || answer.cancelled()
                    || answer.ended()
                    || !answer.chunks().isEmpty()) {
                return;
            }
            if (context.passed(decided.decidedAt(), context.policy.replyDeadline())) {
                answering.cancel(answer, "reply deadline");
                decided.giveUp();
                prompts.apologise(decided.decisionFrame(), "reply deadline");
            } else {
                fill(
                        decided.decidedAt(),
                        answer.id.utterance(),
                        answer.id.index(),
                        answer.id.revision(),
                        decided.frame());
            }
        }

        private void fill(long since, long utterance, int index, int revision, long turnFrame) {
            Duration delay = context.policy.fillerDelay();
            if (!delay.isZero() && context.passed(since, delay)) {
                prompts.fill(utterance, index, revision, turnFrame);
            }
        }

        /** The turn was expected to go on, and does not. */
        private void toGoOn(Turn open) {
            if (context.passed(open.decidedAt(), GO_ON_PATIENCE)) {
                open.ended(
                        Math.max(open.frame(), interruptions.voidBefore()), open.decisionFrame(), context.nowMicros());
                decide(open, null, "");
            }
        }

        /** Nobody says anything. */
        private void forCaller() {
            boolean answerDue = turn != null && (!turn.decided() || isDue(turn.answer()));
            if (!started
                    || held
                    || answerDue
                    || !utterances.isEmpty()
                    || !answering.idle()
                    || prompts.quietFromNowOn()
                    || !context.passed(quietSince, context.policy.noInput())
                    || log.sounding(interruptions.voidBefore()).stream().anyMatch(a -> !unheard(a))) {
                return;
            }
            changed = true;
            prompts.askAgain(quietSinceFrame + context.policy.noInputFrames());
        }

        private boolean isDue(@Nullable Answer answer) {
            return answer != null && !answer.cancelled() && !answer.ended();
        }

        private static int value(@Nullable Integer number) {
            return number == null ? 0 : number;
        }
    }
}
