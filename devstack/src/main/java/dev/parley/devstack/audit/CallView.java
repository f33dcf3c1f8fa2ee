package dev.parley.devstack.audit;

import dev.parley.records.ChunkStage;
import dev.parley.records.ReplyHeard;
import dev.parley.records.ReplyKind;
import dev.parley.records.SpeechEvent;
import dev.parley.records.SpeechEventType;
import dev.parley.records.Transcript;
import dev.parley.records.TranscriptStatus;
import dev.parley.records.UtteranceChunk;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.avro.specific.SpecificRecord;

/**
 * What the topics say about one call, put in the shapes that checks and the report ask for. Made once, from all the call's records;
 * never changes.
 */
public final class CallView {
    /** A stretch of the caller's speech that was one utterance; the text is the newest of each chunk, joined without stitching. */
    public record Utterance(long first, List<UtteranceChunk> chunks, List<SpeechEvent> ends, String text) {
        /** The last frame that is in a chunk of it. */
        public long lastFrame() {
            return chunks.stream().mapToLong(UtteranceChunk::getLastFrame).max().orElse(first);
        }

        /** How many partial chunks it has. */
        public long partials() {
            return chunks.stream()
                    .filter(chunk -> chunk.getStage() == ChunkStage.PARTIAL)
                    .count();
        }
    }

    private final String callId;
    private final List<Entry> entries;

    public CallView(List<Entry> all, String callId) {
        this.callId = callId;
        entries = all.stream()
                .filter(entry -> entry.key().equals(callId) || entry.key().startsWith(callId + "|"))
                .toList();
    }

    public String callId() {
        return callId;
    }

    public List<Entry> entries() {
        return entries;
    }

    public <T extends SpecificRecord> Stream<T> records(Class<T> type) {
        return entries.stream().map(Entry::value).filter(type::isInstance).map(type::cast);
    }

    public <T extends SpecificRecord> Stream<Entry> entriesOf(Class<T> type) {
        return entries.stream().filter(entry -> type.isInstance(entry.value()));
    }

    public List<SpeechEvent> events(SpeechEventType type) {
        return records(SpeechEvent.class)
                .filter(event -> event.getType() == type)
                .toList();
    }

    public List<ReplyHeard> heard(ReplyKind kind) {
        return records(ReplyHeard.class)
                .filter(heard -> heard.getKind() == kind)
                .toList();
    }

    public List<Utterance> utterances() {
        Map<Long, List<UtteranceChunk>> chunks = new TreeMap<>();
        records(UtteranceChunk.class)
                .forEach(chunk -> chunks.computeIfAbsent(chunk.getUtterance(), ignored -> new ArrayList<>())
                        .add(chunk));
        Map<Long, List<Transcript>> transcripts = new HashMap<>();
        records(Transcript.class)
                .filter(transcript -> transcript.getStatus() == TranscriptStatus.RECOGNISED)
                .forEach(transcript -> transcripts
                        .computeIfAbsent(transcript.getUtterance(), ignored -> new ArrayList<>())
                        .add(transcript));
        return chunks.entrySet().stream()
                .map(entry -> new Utterance(
                        entry.getKey(),
                        entry.getValue(),
                        records(SpeechEvent.class)
                                .filter(event -> event.getType() == SpeechEventType.END_OF_TURN
                                        && event.getUtterance() == entry.getKey())
                                .toList(),
                        text(transcripts.getOrDefault(entry.getKey(), List.of()))))
                .toList();
    }

    private static String text(List<Transcript> transcripts) {
        TreeMap<Integer, Transcript> newest = new TreeMap<>();
        transcripts.stream()
                .sorted(Comparator.comparingInt(Transcript::getRevision))
                .forEach(transcript -> newest.put(transcript.getIndex(), transcript));
        return String.join(
                " ",
                newest.values().stream()
                        .map(Transcript::getText)
                        .filter(text -> !text.isBlank())
                        .toList());
    }
}
