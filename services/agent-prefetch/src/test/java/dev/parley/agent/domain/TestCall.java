package dev.parley.agent.domain;

import static dev.parley.agent.CallRecords.end;
import static dev.parley.agent.CallRecords.heard;
import static dev.parley.agent.CallRecords.provisional;
import static dev.parley.agent.CallRecords.speech;
import static dev.parley.agent.CallRecords.started;

import dev.parley.agent.CallRecords;
import dev.parley.records.BargeIn;
import dev.parley.records.CallCommand;
import dev.parley.records.Reply;
import dev.parley.records.ReplyKind;
import dev.parley.records.ReplyType;
import dev.parley.records.SpeechEventType;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.apache.avro.specific.SpecificRecord;

/** A call as a test tells it: records with true frames and instants, an engine that answers at once unless told otherwise, and everything that came out. */
final class TestCall {
    final List<SpecificRecord> published = new ArrayList<>();
    final List<Effect.Note> notes = new ArrayList<>();
    final Map<ReplyId, ReplyRequest> asked = new LinkedHashMap<>();
    Dialogue dialogue;
    /** What the engine says to a request; empty: nothing as yet. */
    Function<ReplyRequest, List<ReplyPart>> engine = request -> List.of(
            new ReplyPart.Text("You said: " + request.text() + ". Fine.", true), new ReplyPart.Done(false, null));

    Instant now = CallRecords.ZERO;

    TestCall() {
        this(TestPolicy.standard());
    }

    TestCall(AgentPolicy policy) {
        dialogue = new Dialogue(CallRecords.CALL, policy);
    }

    // ---------------------------------------------------------------- doing

    TestCall give(SpecificRecord value) {
        apply(dialogue.receive(value, now));
        return this;
    }

    TestCall at(long frame) {
        now = CallRecords.ZERO.plusMillis(frame * 20);
        return this;
    }

    TestCall tick() {
        apply(dialogue.tick(now));
        return this;
    }

    TestCall part(ReplyId id, ReplyPart part) {
        apply(dialogue.part(id, part, now));
        return this;
    }

    private void apply(List<Effect> effects) {
        for (Effect effect : effects) {
            switch (effect) {
                case Effect.Publish publish -> published.add(publish.value());
                case Effect.Note note -> notes.add(note);
                case Effect.Stop stop -> asked.remove(stop.id());
                case Effect.Ask ask -> asked.put(ask.id(), ask.request());
            }
        }
        for (Map.Entry<ReplyId, ReplyRequest> ask : List.copyOf(asked.entrySet())) {
            List<ReplyPart> parts = engine.apply(ask.getValue());
            if (!parts.isEmpty() && asked.remove(ask.getKey()) != null) {
                parts.forEach(part -> apply(dialogue.part(ask.getKey(), part, now)));
            }
        }
    }

    /** The chunker has heard nothing up to this frame. */
    TestCall silentUntil(long frame) {
        return at(frame).give(speech(SpeechEventType.LISTENING, -1, frame, -1)).tick();
    }

    /** The call starts and its greeting is heard; the caller may speak from frame 100 on. */
    TestCall greeted() {
        give(started("en"));
        Reply greeting = replies(ReplyKind.PROMPT, ReplyType.CHUNK).getFirst();
        return at(60).give(heard(greeting, 5, 59, 1000, 1000, greeting.getText()));
    }

    /** A whole utterance with one chunk: voice from first to last, its provisional text, the end of the turn 100 frames later. */
    TestCall says(long first, long last, String text) {
        at(first + 5).give(speech(SpeechEventType.SPEECH_STARTED, first, first + 5, first + 4));
        at(last + 8).give(provisional(first, 0, 0, last + 8, text));
        return ends(first, last, 0, 0);
    }

    TestCall ends(long first, long last, int index, int revision) {
        return at(last + 100).give(end(first, last, index, revision));
    }

    /** The player plays all that is playable of an answer and reports it; from this frame on, 50 frames a chunk. */
    TestCall hears(Reply commit, long frame) {
        List<Reply> chunks = chunks(ReplyId.of(commit));
        long from = frame;
        for (Reply chunk : chunks) {
            at(from + 50).give(heard(chunk, from, from + 49, 1000, 1000, chunk.getText()));
            from += 50;
        }
        return this;
    }

    // ---------------------------------------------------------------- what came out

    List<Reply> replies() {
        return published.stream()
                .filter(Reply.class::isInstance)
                .map(Reply.class::cast)
                .toList();
    }

    List<Reply> replies(ReplyKind kind, ReplyType type) {
        return replies().stream()
                .filter(r -> r.getKind() == kind && r.getType() == type)
                .toList();
    }

    List<Reply> chunks(ReplyId id) {
        return replies().stream()
                .filter(r -> r.getType() == ReplyType.CHUNK && ReplyId.of(r).equals(id))
                .toList();
    }

    List<Reply> commits() {
        return replies(ReplyKind.ANSWER, ReplyType.COMMIT);
    }

    Reply lastCommit() {
        return commits().getLast();
    }

    /** The chunks of the answer that was committed last. */
    List<Reply> answer() {
        return chunks(ReplyId.of(lastCommit()));
    }

    String committedText() {
        return String.join(" ", answer().stream().map(Reply::getText).toList());
    }

    List<String> prompts() {
        return replies(ReplyKind.PROMPT, ReplyType.CHUNK).stream()
                .map(Reply::getText)
                .toList();
    }

    List<BargeIn> bargeIns() {
        return published.stream()
                .filter(BargeIn.class::isInstance)
                .map(BargeIn.class::cast)
                .toList();
    }

    List<CallCommand> commands() {
        return published.stream()
                .filter(CallCommand.class::isInstance)
                .map(CallCommand.class::cast)
                .toList();
    }

    boolean happened(Happening what) {
        return notes.stream().anyMatch(note -> note.what() == what);
    }
}
