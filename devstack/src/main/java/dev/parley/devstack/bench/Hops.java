package dev.parley.devstack.bench;

import dev.parley.devstack.audit.CallView;
import dev.parley.devstack.audit.Entry;
import dev.parley.records.PlaybackEvent;
import dev.parley.records.PlaybackEventType;
import dev.parley.records.Reply;
import dev.parley.records.ReplyAudio;
import dev.parley.records.ReplyKind;
import dev.parley.records.ReplyType;
import java.util.Comparator;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.apache.avro.specific.SpecificRecord;

/** Finds the record that came next on the way from a decision to what the caller hears. Instants are microseconds since 1970. */
final class Hops {
    private final CallView call;

    Hops(CallView call) {
        this.call = call;
    }

    /** The first record of a type that was published at or after an instant. */
    <T extends SpecificRecord> Optional<Entry> next(Class<T> type, long from, Predicate<T> which) {
        return call.entriesOf(type)
                .filter(entry -> entry.publishedAt() >= from && which.test(type.cast(entry.value())))
                .min(Comparator.comparingLong(Entry::publishedAt));
    }

    /** The commit to an answer that was begun before the decision. */
    Optional<Entry> commit(Entry decision) {
        return next(
                        Reply.class,
                        decision.publishedAt(),
                        reply -> reply.getType() == ReplyType.COMMIT && reply.getKind() == ReplyKind.ANSWER)
                .filter(commit ->
                        chunks((Reply) commit.value()).anyMatch(chunk -> chunk.publishedAt() < decision.publishedAt()));
    }

    private Stream<Entry> chunks(Reply commit) {
        return call.entriesOf(Reply.class).filter(entry -> {
            Reply reply = (Reply) entry.value();
            return reply.getType() == ReplyType.CHUNK
                    && reply.getKind() == commit.getKind()
                    && reply.getUtterance() == commit.getUtterance()
                    && reply.getIndex() == commit.getIndex()
                    && reply.getRevision() == commit.getRevision()
                    && reply.getAttempt() == commit.getAttempt();
        });
    }

    /** When the player had asked Asterisk to play the first sound of a committed answer. */
    Optional<ReplyAudio> posted(Entry commit) {
        return next(
                        ReplyAudio.class,
                        commit.publishedAt() - 1000,
                        sound -> sound.getPlaybackId().endsWith("-0")
                                && sound.getPlaybackId().startsWith("answer-"))
                .map(entry -> (ReplyAudio) entry.value());
    }

    /** What was seen of a playback. */
    Optional<PlaybackEvent> seen(String playbackId, PlaybackEventType type, String by) {
        return call.records(PlaybackEvent.class)
                .filter(event -> event.getType() == type
                        && Objects.equals(event.getPlaybackId(), playbackId)
                        && Objects.equals(event.getSeenBy(), by))
                .findFirst();
    }
}
