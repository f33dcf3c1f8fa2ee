package dev.parley.agent.domain;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the parts of a dialogue share: whose call it is, what moment it is, and what is to be done. */
final class Context {
    final String callId;
    final AgentPolicy policy;
    private final List<Effect> effects = new ArrayList<>();
    private @Nullable String language;
    private long frameZeroAt = Long.MIN_VALUE;
    private long frame;
    private long at;
    private Instant now = Instant.EPOCH;

    Context(String callId, AgentPolicy policy) {
        this.callId = callId;
        this.policy = policy;
    }

    /** A record is the cause of what follows. */
    void cause(long causeFrame, long causeAt, Instant time) {
        frame = Math.max(0, causeFrame);
        at = causeAt;
        now = time;
    }

    /** The passing of time is the cause. */
    void cause(Instant time) {
        now = time;
        at = micros(time);
        if (frameZeroAt != Long.MIN_VALUE) {
            frame = Math.max(frame, (at - frameZeroAt) / (AgentPolicy.FRAME_MILLIS * 1000));
        }
    }

    void started(String tag, long zeroAt) {
        language = tag.isBlank() ? null : tag;
        frameZeroAt = zeroAt;
    }

    void language(@Nullable String tag) {
        language = tag;
    }

    String language() {
        return language == null ? policy.defaultLanguage() : language;
    }

    Phrases phrases() {
        return policy.phrases().apply(language());
    }

    long frame() {
        return frame;
    }

    long at() {
        return at;
    }

    long nowMicros() {
        return micros(now);
    }

    /** Whether so much time has passed since an instant, in microseconds since 1970. */
    boolean passed(long since, Duration time) {
        return nowMicros() - since >= time.toNanos() / 1000;
    }

    void effect(Effect effect) {
        effects.add(effect);
    }

    void note(Happening what, long utterance, String detail) {
        effects.add(new Effect.Note(what, utterance, detail));
    }

    List<Effect> drain() {
        List<Effect> drained = List.copyOf(effects);
        effects.clear();
        return drained;
    }

    private static long micros(Instant time) {
        return ChronoUnit.MICROS.between(Instant.EPOCH, time);
    }
}
