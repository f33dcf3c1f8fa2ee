package dev.parley.devstack.audit;

import dev.parley.devstack.audit.CallVerdict.Play;
import dev.parley.devstack.audit.CallVerdict.Spoken;
import dev.parley.records.Conversation;
import dev.parley.records.Reply;
import dev.parley.records.ReplyKind;
import dev.parley.records.ReplyType;
import dev.parley.records.Speaker;
import dev.parley.records.Transcript;
import dev.parley.records.TranscriptStatus;
import dev.parley.schemas.PlaybackId;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What was answered in a call, and to what.
 *
 * @param entries the call's records of all topics
 * @param plays what was played in it
 */
record Answers(List<Entry> entries, List<Play> plays) {
    /** The last voiced frame that the services found may be so far from the line's: the tap's delay, and the ends of words. */
    private static final int SLACK_FRAMES = 25;
    /** So many words tell what was said from everything else in a call. */
    private static final int BEGINNING = 3;

    private static final Pattern NO_WORD = Pattern.compile("[^\\p{L}\\p{N}']+");

    /** An answer as the agent's log identifies it. */
    record Answer(ReplyKind kind, long utterance, int index, int revision, int attempt) {
        static Answer of(Reply reply) {
            return new Answer(
                    reply.getKind(), reply.getUtterance(), reply.getIndex(), reply.getRevision(), reply.getAttempt());
        }

        static Answer of(PlaybackId id) {
            return new Answer(id.kind(), id.utterance(), id.index(), id.revision(), id.attempt());
        }

        @Override
        public String toString() {
            return utterance + "/" + index + "/" + revision + "/" + attempt;
        }
    }

    /** The answers to this that were played. */
    List<Answer> heard(Spoken one) {
        Set<Answer> played = played();
        return decided().entrySet().stream()
                .filter(entry ->
                        entry.getValue() >= one.first() - SLACK_FRAMES && entry.getValue() <= one.last() + SLACK_FRAMES)
                .map(Map.Entry::getKey)
                .filter(played::contains)
                .toList();
    }

    /**
     * Who speaks again before he was answered has gone on with his turn: its words are in the history, at the later turn, and that was
     * answered.
     */
    boolean isAnsweredWithTheNext(Spoken one) {
        String beginning = records(Transcript.class)
                .filter(transcript -> transcript.getStatus() == TranscriptStatus.RECOGNISED
                        && transcript.getIndex() == 0
                        && transcript.getUtterance() >= one.first() - SLACK_FRAMES
                        && transcript.getUtterance() <= one.last())
                .reduce((earlier, later) -> later)
                .map(transcript -> words(transcript.getText(), BEGINNING))
                .orElse("");
        Set<Long> later = decided().entrySet().stream()
                .filter(entry -> entry.getValue() > one.last() + SLACK_FRAMES && played().contains(entry.getKey()))
                .map(Map.Entry::getValue)
                .collect(Collectors.toSet());
        return !beginning.isEmpty()
                && records(Conversation.class)
                        .flatMap(conversation -> conversation.getHistory().stream())
                        .anyMatch(said -> said.getSpeaker() == Speaker.CALLER
                                && later.contains(said.getTurn())
                                && words(said.getText(), Long.MAX_VALUE).contains(beginning));
    }

    /** The first so many words, without what a recogniser changes its mind about: case and punctuation. */
    private static String words(String text, long most) {
        return NO_WORD.splitAsStream(text.toLowerCase(Locale.ROOT))
                .filter(word -> !word.isEmpty())
                .limit(most)
                .collect(Collectors.joining(" "));
    }

    /** The turn that it answers; null where that is not decided. */
    @Nullable
    Long turn(Answer answer) {
        return turns().get(answer);
    }

    /** The turns of the caller's to which something was answered for good: by a commit, or by chunks that needed none. */
    Map<Answer, Long> decided() {
        Map<Answer, Long> decided = new LinkedHashMap<>();
        turns().forEach((answer, turn) -> {
            if (answer.kind() == ReplyKind.ANSWER) decided.put(answer, turn);
        });
        return decided;
    }

    private Map<Answer, Long> turns() {
        Map<Answer, Long> turns = new LinkedHashMap<>();
        records(Reply.class).forEach(reply -> {
            @Nullable Long turn = reply.getTurn();
            if (turn != null && reply.getType() != ReplyType.CANCEL) turns.put(Answer.of(reply), turn);
        });
        return turns;
    }

    private Set<Answer> played() {
        Set<Answer> played = new LinkedHashSet<>();
        plays.forEach(play -> PlaybackId.parse(play.playbackId()).ifPresent(id -> played.add(Answer.of(id))));
        return played;
    }

    private <T> Stream<T> records(Class<T> type) {
        return entries.stream().map(Entry::value).filter(type::isInstance).map(type::cast);
    }
}
