package dev.parley.player.domain;

import dev.parley.records.ReplyKind;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The answers of a call that are not over, and which chunk is heard next: answers in the order in which they became playable, with
 * two exceptions. A filler goes before an answer that is not ready, and nobody needs a filler once the answer is.
 */
final class Playlist {
    /** An answer whose agent sends no more chunks lets others pass after this; microseconds. */
    static final long STALLED = 5_000_000;

    private static final int REMEMBERED = 512;

    private final Map<AnswerId, Answer> answers = new LinkedHashMap<>();
    private final Set<Answer> playable = new LinkedHashSet<>();
    private final Set<String> past = remembering();
    private final Set<AnswerId> cancelled = remembering();

    @Nullable
    Answer get(AnswerId id) {
        return answers.get(id);
    }

    Answer getOrAdd(AnswerId id, long basedOn) {
        return answers.computeIfAbsent(id, key -> new Answer(key, basedOn));
    }

    void allow(Answer answer, @Nullable Long turn, long now) {
        answer.allow(turn, now);
        playable.add(answer);
    }

    /** Leaves the queue until another chunk of it comes. */
    void unqueue(Answer answer) {
        playable.remove(answer);
    }

    void remove(Answer answer) {
        playable.remove(answer);
        answers.remove(answer.id, answer);
    }

    void cancel(AnswerId id) {
        cancelled.add(id);
    }

    boolean isCancelled(AnswerId id) {
        return cancelled.contains(id);
    }

    void closed(Track track, long now) {
        past.add(track.chunk.playbackId());
        track.answer.closed(track.chunk.n(), now);
    }

    boolean isPast(String playbackId) {
        return past.contains(playbackId);
    }

    List<Answer> all() {
        return new ArrayList<>(answers.values());
    }

    /** Answers (no fillers, no prompts) on an older basis than this one that will not be heard any more, now that it is committed. */
    List<Answer> outdatedBy(AnswerId committed, long voidBefore) {
        return answers.values().stream()
                .filter(other -> other.id.kind() == ReplyKind.ANSWER && other.id.isOlderThan(committed))
                .filter(other -> !other.isPlayable() || (other.isEmpty() && other.isVoid(voidBefore)))
                .toList();
    }

    @Nullable
    Track find(String playbackId) {
        for (Answer answer : answers.values()) {
            for (Track track : answer.tracks()) {
                if (track.chunk.playbackId().equals(playbackId)) {
                    return track;
                }
            }
        }
        return null;
    }

    /** What an owner before this one left inside Asterisk comes before everything else. */
    @Nullable
    Track leftInside() {
        for (Answer answer : playable) {
            for (Track track : answer.tracks()) {
                if (track.mayBeInside()) {
                    return track;
                }
            }
        }
        return null;
    }

    /** What is to be heard now: it has its sound, or Asterisk must be asked about it; null while there is nothing. */
    @Nullable
    Track next(long now) {
        for (Answer answer : playable) {
            Track track = answer.next();
            boolean skipped = track == null ? now - answer.newsAt() >= STALLED : track.withdrawn;
            if (skipped) {
                continue;
            }
            if (track == null) {
                return readyFiller(answer);
            }
            if (track.notBefore > now) {
                return null;
            }
            return track.hasSound() || track.askFirst || track.isMute() ? track : readyFiller(answer);
        }
        return null;
    }

    /** Nothing of the answer can be heard yet: a filler that can goes first. */
    private @Nullable Track readyFiller(Answer waiting) {
        if (!waiting.isUntouched()) {
            return null;
        }
        for (Answer other : playable) {
            Track track = other.isFiller() ? other.next() : null;
            if (track != null && track.hasSound() && !track.withdrawn) {
                return track;
            }
        }
        return null;
    }

    /** A filler of which nothing was heard while the answer is ready. */
    boolean isOvertaken(Answer filler) {
        return filler.isFiller()
                && filler.isUntouched()
                && playable.stream().anyMatch(other -> {
                    Track track = other.isFiller() ? null : other.next();
                    return track != null && other.isUntouched() && track.hasSound();
                });
    }

    private static <K> Set<K> remembering() {
        return Collections.newSetFromMap(new LinkedHashMap<>() {
            @Override
            protected boolean removeEldestEntry(Map.Entry<K, Boolean> eldest) {
                return size() > REMEMBERED;
            }
        });
    }
}
