package dev.parley.agent.domain;

import dev.parley.records.BargeIn;
import dev.parley.records.BargeInWriter;
import dev.parley.records.Heard;
import dev.parley.records.ReplyKind;
import dev.parley.schemas.PlaybackId;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The mind of barge-in: voice decides the pause, words decide the stop. Holds the agent's own state in `barge.in`, and what both writers say together.
 */
final class Interruptions {
    /** So long after the voice over the bot has ended, words that did not come will not come. */
    static final long WORDLESS_FRAMES = 1000 / AgentPolicy.FRAME_MILLIS;
    /** A prompt that was caused so soon after the voice began is still one that the voice came before. */
    static final long ONSET_FRAMES = 500 / AgentPolicy.FRAME_MILLIS;

    private final Context context;
    private final ReplyLog log;
    private long ownVoidBefore;
    private @Nullable String ownPlaybackId;
    private long dismissedThrough = -1;
    private long voidBefore;
    /** Replies that were being heard when they became void. */
    private final Set<ReplyId> heardWhenVoid = new HashSet<>();

    Interruptions(Context context, ReplyLog log) {
        this.context = context;
        this.log = log;
    }

    /** Takes either writer's state. */
    void read(BargeIn state) {
        voidBefore = Math.max(voidBefore, state.getVoidBefore());
        reply(state.getVoidPlaybackId()).ifPresent(heardWhenVoid::add);
        if (state.getWriter() == BargeInWriter.AGENT) {
            if (state.getVoidBefore() > ownVoidBefore) {
                ownVoidBefore = state.getVoidBefore();
                ownPlaybackId = state.getVoidPlaybackId();
            }
            dismissedThrough = Math.max(dismissedThrough, state.getDismissedThrough());
        }
    }

    /** Whatever answers a turn before this frame is void. */
    long voidBefore() {
        return voidBefore;
    }

    /** Whether these words over the bot, or before it could begin, only show that the caller listens. */
    boolean isBackchannel(Utterance utterance, String text, long lastFrame) {
        return !soundingBefore(utterance, lastFrame).isEmpty()
                && context.policy.backchannels().matches(text)
                && !wasAsked(utterance.over());
    }

    /** Whether these words over the bot are no words yet: few, and the recogniser doubts them. When the bot had just asked, they are its answer. */
    boolean isDoubtful(Utterance utterance, UtteranceText.Reading reading) {
        return reading.isDoubtful()
                && !soundingBefore(utterance, reading.lastFrame()).isEmpty()
                && !wasAsked(utterance.over());
    }

    private boolean wasAsked(@Nullable Heard over) {
        return over != null
                && PlaybackId.parse(over.getPlaybackId())
                        .map(id -> {
                            Answer answer = log.find(reply(id));
                            return answer != null && answer.asksAt(id.n());
                        })
                        .orElse(false);
    }

    /**
     * What was on its way to the caller's ear when these words were spoken. After a restart the log holds what came later too, and barge.in what was void later: that is
     * left out, so that words are judged as they were the first time.
     */
    private List<Answer> soundingBefore(Utterance utterance, long lastFrame) {
        long voidThen = voidBefore > lastFrame ? 0 : voidBefore;
        return log.select(a -> a.stoodAt(lastFrame)
                && !a.isVoid(voidThen)
                && (a.id.kind() == ReplyKind.PROMPT
                        ? a.fence() <= utterance.first + ONSET_FRAMES
                        : a.id.utterance() < utterance.first));
    }

    /** The voice up to this frame is harmless: players resume. */
    void dismiss(Utterance utterance, long through, Happening why) {
        if (through <= utterance.dismissedThrough) {
            return;
        }
        utterance.dismissedThrough = through;
        if (through > dismissedThrough) {
            dismissedThrough = through;
            context.note(why, utterance.first, "through " + through);
            publish();
        }
    }

    /** The words of this utterance take the floor: everything said before is void. */
    boolean stop(Utterance utterance, long lastFrame) {
        Heard over = utterance.over();
        List<Answer> stopped = soundingBefore(utterance, lastFrame).stream()
                .filter(Answer::interruptible)
                .filter(a -> context.policy.bargeIn() || !isHeard(a, over))
                .toList();
        if (stopped.isEmpty()) {
            return false;
        }
        // A prompt may have been caused while the voice was just beginning.
        long frame = stopped.stream().mapToLong(a -> a.fence() + 1).reduce(utterance.first, Math::max);
        ownVoidBefore = Math.max(frame, ownVoidBefore);
        voidBefore = Math.max(voidBefore, ownVoidBefore);
        ownPlaybackId = over == null ? null : over.getPlaybackId();
        reply(ownPlaybackId).ifPresent(heardWhenVoid::add);
        publish();
        return true;
    }

    /** A key was pressed, or the caller is somebody else's from this frame on: everything said before is void. */
    boolean stopAt(long frame) {
        long voidThen = voidBefore > frame ? 0 : voidBefore;
        List<Answer> stopped = log.select(a -> a.stoodAt(frame)
                && !a.isVoid(voidThen)
                && a.interruptible()
                && (a.id.kind() == ReplyKind.PROMPT ? a.fence() <= frame : a.id.utterance() < frame));
        if (stopped.isEmpty()) {
            return false;
        }
        ownVoidBefore = Math.max(
                ownVoidBefore, stopped.stream().mapToLong(a -> a.fence() + 1).reduce(frame, Math::max));
        voidBefore = Math.max(voidBefore, ownVoidBefore);
        publish();
        return true;
    }

    /** Whether this reply is what was heard. */
    boolean isHeard(Answer answer, @Nullable Heard over) {
        return over != null
                && reply(over.getPlaybackId()).filter(answer.id::equals).isPresent();
    }

    /** Whether this reply was being heard when it became void. */
    boolean wasHeardWhenVoid(Answer answer) {
        return heardWhenVoid.contains(answer.id);
    }

    private static Optional<ReplyId> reply(@Nullable String playbackId) {
        return playbackId == null
                ? Optional.empty()
                : PlaybackId.parse(playbackId).map(Interruptions::reply);
    }

    private static ReplyId reply(PlaybackId id) {
        return new ReplyId(id.kind(), id.utterance(), id.index(), id.revision(), id.attempt());
    }

    private void publish() {
        context.effect(new Effect.Publish(BargeIn.newBuilder()
                .setCallId(context.callId)
                .setWriter(BargeInWriter.AGENT)
                .setVoidBefore(ownVoidBefore)
                .setVoidPlaybackId(ownPlaybackId)
                .setDismissedThrough(dismissedThrough)
                .setFrame(context.frame())
                .setAt(context.at())
                .build()));
    }
}
