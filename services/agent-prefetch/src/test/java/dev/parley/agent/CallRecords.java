package dev.parley.agent;

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
import dev.parley.records.SpeechEvent;
import dev.parley.records.SpeechEventType;
import dev.parley.records.Transcript;
import dev.parley.records.TranscriptStatus;
import dev.parley.schemas.PlaybackId;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/** Records of one call as the other services write them, with true frames and instants. */
public final class CallRecords {
    public static final String CALL = "pbx~1700000000.1";
    /** The instant of the call's frame 0. */
    public static final Instant ZERO = Instant.parse("2026-01-01T10:00:00Z");

    private CallRecords() {}

    public static long micros(long frame) {
        return ChronoUnit.MICROS.between(Instant.EPOCH, ZERO) + frame * 20_000;
    }

    public static CallEvent started(String language) {
        return CallEvent.newBuilder()
                .setCallId(CALL)
                .setType(CallEventType.STARTED)
                .setFrame(0)
                .setAt(micros(0))
                .setStarted(new CallStarted("+15551234", "100", "pbx", "1700000000.1", language, micros(0)))
                .build();
    }

    public static CallEvent event(CallEventType type, long frame) {
        return CallEvent.newBuilder()
                .setCallId(CALL)
                .setType(type)
                .setFrame(frame)
                .setAt(micros(frame))
                .build();
    }

    public static SpeechEvent speech(SpeechEventType type, long utterance, long frame, long lastVoiced) {
        return SpeechEvent.newBuilder()
                .setCallId(CALL)
                .setType(type)
                .setUtterance(utterance)
                .setFrame(frame)
                .setAt(micros(frame))
                .setLastVoicedFrame(lastVoiced)
                .build();
    }

    /** The same, while the caller hears this chunk; null: nothing. */
    public static SpeechEvent over(SpeechEvent event, @Nullable Reply chunk) {
        event.setHeard(chunk == null ? null : new Heard(playbackId(chunk), chunk.getKind(), null));
        return event;
    }

    public static SpeechEvent resumed(long utterance, long frame, int index, int revision) {
        SpeechEvent event = speech(SpeechEventType.RESUMED, utterance, frame, frame);
        event.setIndex(index);
        event.setRevision(revision);
        return event;
    }

    public static SpeechEvent end(long utterance, long lastVoiced, int index, int revision) {
        SpeechEvent event = speech(SpeechEventType.END_OF_TURN, utterance, lastVoiced + 100, lastVoiced);
        event.setReason(EndReason.SILENCE);
        event.setIndex(index);
        event.setRevision(revision);
        event.setVoicedFrames((int) (lastVoiced - utterance));
        return event;
    }

    public static Transcript transcript(
            long utterance,
            int index,
            int revision,
            ChunkStage stage,
            long frame,
            TranscriptStatus status,
            String text) {
        return Transcript.newBuilder()
                .setCallId(CALL)
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

    public static Transcript provisional(long utterance, int index, int revision, long frame, String text) {
        return transcript(utterance, index, revision, ChunkStage.PROVISIONAL, frame, TranscriptStatus.RECOGNISED, text);
    }

    public static Transcript partial(long utterance, int index, int revision, long frame, String text) {
        return transcript(utterance, index, revision, ChunkStage.PARTIAL, frame, TranscriptStatus.RECOGNISED, text);
    }

    public static Transcript early(long utterance, int revision, long frame, String text) {
        Transcript transcript = provisional(utterance, 0, revision, frame, text);
        transcript.setEarlyWords(true);
        return transcript;
    }

    public static Transcript sameAudio(long utterance, int index, int revision, long frame) {
        Transcript transcript =
                transcript(utterance, index, revision, ChunkStage.FINAL, frame, TranscriptStatus.SAME_AUDIO, "");
        transcript.setSameAudioAs(revision - 1);
        return transcript;
    }

    public static CallCommand say(String id, String text, long frame) {
        return CallCommand.newBuilder()
                .setCallId(CALL)
                .setId(id)
                .setType(CallCommandType.SAY)
                .setArgument(text)
                .setIssuedBy("ari-gateway")
                .setFrame(frame)
                .setAt(micros(frame))
                .build();
    }

    public static ReplyHeard heard(Reply chunk, long from, long to, int heardMs, int totalMs, String text) {
        return ReplyHeard.newBuilder()
                .setCallId(CALL)
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

    public static String playbackId(Reply chunk) {
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
}
