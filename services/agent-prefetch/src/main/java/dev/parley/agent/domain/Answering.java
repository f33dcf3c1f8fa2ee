package dev.parley.agent.domain;

import dev.parley.records.Reply;
import dev.parley.records.ReplyType;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Makes replies: asks the engine, cuts what it says into clauses, publishes them, commits and cancels. Nothing of a void reply passes here.
 */
final class Answering {
    private final Context context;
    private final ReplyLog log;
    private final Map<ReplyId, Stream> running = new HashMap<>();
    private long voidBefore;

    /** A reply that the engine is at. */
    private static final class Stream {
        final ClauseSplitter splitter;
        boolean interruptible;

        Stream(Answer answer) {
            splitter = new ClauseSplitter(answer.chunks().isEmpty());
            interruptible = answer.interruptible();
        }
    }

    Answering(Context context, ReplyLog log) {
        this.context = context;
        this.log = log;
    }

    /** Begins an answer, or takes over the one that the log holds for this basis. */
    Answer begin(ReplyId basis, long basedOn, ReplyRequest request) {
        Answer answer = log.answer(log.current(basis), basedOn);
        if (!answer.chunks().isEmpty()) {
            context.note(Happening.TAKEN_OVER, basis.utterance(), answer.id.toString());
        }
        resume(answer, request);
        return answer;
    }

    /** Goes on with an answer where the log ends. */
    void resume(Answer answer, ReplyRequest request) {
        if (answer.isVoid(voidBefore) || answer.ended() || answer.cancelled() || running.containsKey(answer.id)) {
            return;
        }
        running.put(answer.id, new Stream(answer));
        context.effect(new Effect.Ask(
                answer.id,
                new ReplyRequest(
                        request.callId(),
                        request.language(),
                        request.history(),
                        request.text(),
                        request.expects(),
                        answer.text())));
    }

    /** Takes what the engine says; false when it failed and nothing of the reply can be used. */
    boolean part(ReplyId id, ReplyPart part) {
        Stream stream = running.get(id);
        Answer answer = log.find(id);
        if (stream == null || answer == null || answer.cancelled()) {
            context.note(Happening.DROPPED_UNWANTED_PART, id.utterance(), id.toString());
            return true;
        }
        return switch (part) {
            case ReplyPart.Text text -> {
                stream.interruptible = text.interruptible();
                stream.splitter.add(text.text()).forEach(clause -> chunk(answer, clause, text.interruptible()));
                yield true;
            }
            case ReplyPart.Done done -> {
                finish(answer, stream, done.hangUp(), done.expects());
                yield true;
            }
            case ReplyPart.Failed failed -> {
                context.note(Happening.ENGINE_FAILED, id.utterance(), failed.reason());
                boolean usable = answer.committed() && !answer.chunks().isEmpty();
                if (usable) {
                    finish(answer, stream, false, null);
                } else {
                    running.remove(id);
                    cancel(answer, "engine failed");
                }
                yield usable;
            }
        };
    }

    private void finish(Answer answer, Stream stream, boolean hangUp, @Nullable String expects) {
        running.remove(answer.id);
        String rest = stream.splitter.rest();
        if (Words.any(rest)) {
            chunk(answer, rest, stream.interruptible);
        }
        Reply end = record(answer, ReplyType.END);
        end.setCount(answer.chunks().size());
        end.setHangUp(hangUp);
        end.setExpects(expects);
        log.publish(end);
    }

    private void chunk(Answer answer, String text, boolean interruptible) {
        Reply chunk = record(answer, ReplyType.CHUNK);
        chunk.setN(answer.chunks().size());
        chunk.setText(text);
        chunk.setInterruptible(interruptible);
        chunk.setSpeculative(!answer.committed());
        chunk.setTurn(answer.committed() ? answer.fence() : null);
        log.publish(chunk);
    }

    /** The turn is decided and this answers it. */
    void commit(Answer answer, long turn, String evidence) {
        Reply commit = record(answer, ReplyType.COMMIT);
        commit.setTurn(turn);
        commit.setEvidence(evidence);
        log.publish(commit);
    }

    /** Withdraws a reply, in the log too where it has come so far. */
    void cancel(Answer answer, String why) {
        if (running.remove(answer.id) != null) {
            context.effect(new Effect.Stop(answer.id));
        }
        if (answer.cancelled()) {
            return;
        }
        Reply cancel = record(answer, ReplyType.CANCEL);
        cancel.setEvidence(why);
        context.note(Happening.CANCELLED, answer.id.utterance(), answer.id + ": " + why);
        if (answer.committed() || !answer.chunks().isEmpty()) {
            log.publish(cancel);
        } else {
            log.absorb(cancel);
        }
    }

    /** Says a text of the bot's own, at once and whole; nothing where it was said already. */
    Answer say(ReplyId id, long turn, String text) {
        Answer answer = log.answer(id, turn);
        if (answer.isVoid(voidBefore)) {
            return answer;
        }
        if (answer.chunks().isEmpty()) {
            Reply chunk = record(answer, ReplyType.CHUNK);
            chunk.setText(text);
            chunk.setTurn(turn);
            log.publish(chunk);
        }
        Reply end = record(answer, ReplyType.END);
        end.setCount(answer.chunks().size());
        log.publish(end);
        return answer;
    }

    /** From now on whatever answers a turn before this frame is void. */
    void voidBefore(long frame) {
        voidBefore = Math.max(voidBefore, frame);
        log.select(a -> !a.cancelled() && !a.heardOut() && a.isVoid(voidBefore))
                .forEach(a -> cancel(a, "void before " + voidBefore));
    }

    /** The call is over: nothing is wanted any more. */
    void stopAll() {
        log.select(a -> running.containsKey(a.id)).forEach(a -> cancel(a, "call over"));
    }

    boolean idle() {
        return running.isEmpty();
    }

    private Reply record(Answer answer, ReplyType type) {
        return Reply.newBuilder()
                .setCallId(context.callId)
                .setType(type)
                .setKind(answer.id.kind())
                .setUtterance(answer.id.utterance())
                .setIndex(answer.id.index())
                .setRevision(answer.id.revision())
                .setAttempt(answer.id.attempt())
                .setBasedOn(answer.basedOn)
                .setFrame(context.frame())
                .setAt(context.at())
                .build();
    }
}
