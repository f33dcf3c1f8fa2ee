package dev.parley.agent.domain;

import dev.parley.records.BargeIn;
import dev.parley.records.CallCommand;
import dev.parley.records.CallCommandType;
import dev.parley.records.CallEvent;
import dev.parley.records.CallEventType;
import dev.parley.records.CallStarted;
import dev.parley.records.ChunkStage;
import dev.parley.records.EndReason;
import dev.parley.records.Heard;
import dev.parley.records.Reply;
import dev.parley.records.ReplyHeard;
import dev.parley.records.ReplyKind;
import dev.parley.records.ReplyType;
import dev.parley.records.SpeechEvent;
import dev.parley.records.SpeechEventType;
import dev.parley.records.Transcript;
import dev.parley.records.TranscriptStatus;
import dev.parley.schemas.PlaybackId;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.apache.avro.specific.SpecificRecord;

/** A call as a test tells it: records with true frames and instants, an engine that answers at once unless told otherwise, and everything that came out. */
final class TestCall {
    static final String ID = "pbx~1700000000.1";
    static final Instant ZERO = Instant.parse("2026-01-01T10:00:00Z");

    final List<SpecificRecord> published = new ArrayList<>();
    final List<Effect.Note> notes = new ArrayList<>();
    final Map<ReplyId, ReplyRequest> asked = new LinkedHashMap<>();
    Dialogue dialogue;
    /** What the engine says to a request; null: nothing as yet. */
    Function<ReplyRequest, List<ReplyPart>> engine = request -> List.of(
            new ReplyPart.Text("You said: " + request.text() + ". Fine.", true), new ReplyPart.Done(false, null));

    Instant now = ZERO;

    TestCall() {
        this(policy());
    }

    TestCall(AgentPolicy policy) {
        dialogue = new Dialogue(ID, policy);
    }

    static AgentPolicy policy() {
        return new AgentPolicy(
                Duration.ofMillis(1000),
                20,
                6,
                Duration.ofMillis(700),
                Duration.ofSeconds(8),
                Duration.ofSeconds(8),
                true,
                true,
                Duration.ofMillis(2000),
                "en",
                language -> Phrases.of(language, "Hello! How can I help you?"),
                Backchannels.standard(),
                EndOfTurnPolicy.silence());
    }

    // ---------------------------------------------------------------- doing

    TestCall give(SpecificRecord value) {
        apply(dialogue.receive(value, now));
        return this;
    }

    TestCall at(long frame) {
        now = ZERO.plusMillis(frame * 20);
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

    // ---------------------------------------------------------------- records

    static long micros(long frame) {
        return ChronoUnit.MICROS.between(Instant.EPOCH, ZERO) + frame * 20_000;
    }

    static CallEvent started(String language) {
        return CallEvent.newBuilder()
                .setCallId(ID)
                .setType(CallEventType.STARTED)
                .setFrame(0)
                .setAt(micros(0))
                .setStarted(new CallStarted("+15551234", "100", "pbx", "1700000000.1", language, micros(0)))
                .build();
    }

    static CallEvent event(CallEventType type, long frame) {
        return CallEvent.newBuilder()
                .setCallId(ID)
                .setType(type)
                .setFrame(frame)
                .setAt(micros(frame))
                .build();
    }

    static SpeechEvent speech(SpeechEventType type, long utterance, long frame, long lastVoiced) {
        return SpeechEvent.newBuilder()
                .setCallId(ID)
                .setType(type)
                .setUtterance(utterance)
                .setFrame(frame)
                .setAt(micros(frame))
                .setLastVoicedFrame(lastVoiced)
                .build();
    }

    static SpeechEvent over(SpeechEvent event, Reply chunk) {
        event.setHeard(new Heard(playbackId(chunk), chunk.getKind()));
        return event;
    }

    static SpeechEvent resumed(long utterance, long frame, int index, int revision) {
        SpeechEvent event = speech(SpeechEventType.RESUMED, utterance, frame, frame);
        event.setIndex(index);
        event.setRevision(revision);
        return event;
    }

    static SpeechEvent end(long utterance, long lastVoiced, int index, int revision) {
        SpeechEvent event = speech(SpeechEventType.END_OF_TURN, utterance, lastVoiced + 100, lastVoiced);
        event.setReason(EndReason.SILENCE);
        event.setIndex(index);
        event.setRevision(revision);
        event.setVoicedFrames((int) (lastVoiced - utterance));
        return event;
    }

    static Transcript transcript(
            long utterance,
            int index,
            int revision,
            ChunkStage stage,
            long frame,
            TranscriptStatus status,
            String text) {
        return Transcript.newBuilder()
                .setCallId(ID)
                .setUtterance(utterance)
                .setIndex(index)
                .setRevision(revision)
                .setStage(stage)
                .setFirstFrame(utterance + index * 250L)
                .setLastFrame(frame)
                .setOverlapFrames(index == 0 ? 0 : 8)
                .setStatus(status)
                .setText(text)
                .setFrame(frame)
                .setAt(micros(frame))
                .setEngine("test")
                .build();
    }

    static Transcript provisional(long utterance, int index, int revision, long frame, String text) {
        return transcript(utterance, index, revision, ChunkStage.PROVISIONAL, frame, TranscriptStatus.RECOGNISED, text);
    }

    static Transcript partial(long utterance, int index, int revision, long frame, String text) {
        return transcript(utterance, index, revision, ChunkStage.PARTIAL, frame, TranscriptStatus.RECOGNISED, text);
    }

    static Transcript early(long utterance, int revision, long frame, String text) {
        Transcript transcript = provisional(utterance, 0, revision, frame, text);
        transcript.setEarlyWords(true);
        return transcript;
    }

    static Transcript sameAudio(long utterance, int index, int revision, long frame) {
        Transcript transcript =
                transcript(utterance, index, revision, ChunkStage.FINAL, frame, TranscriptStatus.SAME_AUDIO, "");
        transcript.setSameAudioAs(revision - 1);
        return transcript;
    }

    static CallCommand say(String id, String text, long frame) {
        return CallCommand.newBuilder()
                .setCallId(ID)
                .setId(id)
                .setType(CallCommandType.SAY)
                .setArgument(text)
                .setIssuedBy("ari-gateway")
                .setFrame(frame)
                .setAt(micros(frame))
                .build();
    }

    static ReplyHeard heard(Reply chunk, long from, long to, int heardMs, int totalMs, String text) {
        return ReplyHeard.newBuilder()
                .setCallId(ID)
                .setPlaybackId(playbackId(chunk))
                .setKind(chunk.getKind())
                .setUtterance(chunk.getUtterance())
                .setIndex(chunk.getIndex())
                .setRevision(chunk.getRevision())
                .setAttempt(chunk.getAttempt())
                .setN(chunk.getN())
                .setTurn(chunk.getTurn())
                .setHeardMs(heardMs)
                .setTotalMs(totalMs)
                .setComplete(heardMs == totalMs)
                .setText(text)
                .setFirstFrame(from)
                .setLastFrame(to)
                .setAt(micros(to))
                .build();
    }

    static String playbackId(Reply chunk) {
        return new PlaybackId(
                        chunk.getKind(),
                        chunk.getCallId(),
                        chunk.getUtterance(),
                        chunk.getIndex(),
                        chunk.getRevision(),
                        chunk.getAttempt(),
                        chunk.getN())
                .toString();
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

    String committedText() {
        return String.join(
                " ",
                chunks(ReplyId.of(lastCommit())).stream().map(Reply::getText).toList());
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
