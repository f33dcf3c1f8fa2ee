package dev.parley.devstack.demo;

import dev.parley.devstack.audit.Entry;
import dev.parley.records.BargeIn;
import dev.parley.records.CallCommand;
import dev.parley.records.CallEvent;
import dev.parley.records.CallStarted;
import dev.parley.records.PlaybackEvent;
import dev.parley.records.Reply;
import dev.parley.records.ReplyAudio;
import dev.parley.records.ReplyHeard;
import dev.parley.records.ReplyKind;
import dev.parley.records.SpeechEvent;
import dev.parley.records.Transcript;
import dev.parley.records.UtteranceChunk;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** Says in words what a record means for the call. */
final class Narrator {
    /** What a person reads: at which frame, who, and what. */
    record Line(long frame, String who, String what) {}

    private Narrator() {}

    static Optional<Line> tell(Entry entry) {
        return switch (entry.value()) {
            case CallEvent event -> call(event);
            case SpeechEvent event -> speech(event);
            case UtteranceChunk chunk -> chunk(chunk);
            case Transcript transcript -> transcript(transcript);
            case Reply reply -> reply(reply);
            case ReplyAudio audio ->
                Optional.of(line(
                        entry,
                        "voice",
                        String.format(
                                Locale.ROOT,
                                "%s: %.1f s of sound, %s",
                                part(audio.getPlaybackId()),
                                audio.getPcm().remaining() / 16000.0,
                                audio.getTookMicros() == 0
                                        ? "from the cache"
                                        : "synthesised in " + millis(audio.getTookMicros()))));
            case PlaybackEvent event -> playback(entry, event);
            case ReplyHeard heard ->
                Optional.of(line(
                        entry,
                        "heard",
                        String.format(
                                Locale.ROOT,
                                "%s: %.1f of %.1f s%s",
                                part(heard.getPlaybackId()),
                                heard.getHeardMs() / 1000.0,
                                heard.getTotalMs() / 1000.0,
                                heard.getComplete() ? "" : ", up to \"" + heard.getText() + "\"")));
            case BargeIn state -> bargeIn(state);
            case CallCommand command ->
                Optional.of(line(
                        entry,
                        "command",
                        command.getType().toString().toLowerCase(Locale.ROOT).replace('_', ' ')
                                + quoted(command.getArgument())));
            default -> Optional.empty();
        };
    }

    private static Line line(Entry entry, String who, String what) {
        return new Line(entry.frame(), who, what);
    }

    private static Optional<Line> call(CallEvent event) {
        CallStarted started = event.getStarted();
        String what =
                switch (event.getType()) {
                    case STARTED ->
                        started == null ? "started" : started.getCaller() + " dialled " + started.getCalled();
                    case DIGIT -> "digit " + event.getDigit();
                    case HELD -> "transfer".equals(event.getReason()) ? "being transferred" : "the caller holds";
                    case UNHELD -> "the caller is back" + (event.getReason() == null ? "" : ": " + event.getReason());
                    case COMMANDED -> "command " + event.getCommandId() + ": " + event.getReason();
                    case TRANSFERRED -> "transferred to " + event.getReason();
                    case IDLE_WARNING -> "idle: " + event.getReason();
                    case RESYNCED -> "resynced: " + event.getReason();
                    case ENDED -> "over: " + event.getReason();
                    case UNKNOWN -> "an event of a newer version";
                };
        return Optional.of(new Line(event.getFrame(), "call", what));
    }

    private static Optional<Line> speech(SpeechEvent event) {
        String what =
                switch (event.getType()) {
                    case SPEECH_STARTED -> event.getHeard() == null ? "speaks" : "speaks while the bot does";
                    case SILENCE, LISTENING, UNKNOWN -> null;
                    case RESUMED ->
                        "goes on" + (event.getRevision() == null ? "" : "; the provisional chunk is superseded");
                    case END_OF_TURN ->
                        "the turn is over ("
                                + event.getReason()
                                        .toString()
                                        .toLowerCase(Locale.ROOT)
                                        .replace('_', ' ') + "), "
                                + millis((event.getFrame() - event.getLastVoicedFrame()) * 20_000L)
                                + " after the last voice" + (event.getContinues() ? "; goes on speaking" : "");
                    case SUSPECTED -> "voice over the bot: pause";
                    case HELD -> "still speaking over the bot: hold";
                    case DISMISSED -> "no interruption: go on";
                    case CONFIRMED -> "an interruption: stop";
                };
        return what == null ? Optional.empty() : Optional.of(new Line(event.getFrame(), "caller", what));
    }

    private static Optional<Line> chunk(UtteranceChunk chunk) {
        String what = chunk.getStage().toString().toLowerCase(Locale.ROOT) + " " + chunk.getIndex() + "/"
                + chunk.getRevision()
                + (chunk.getSameAudioAs() != null
                        ? " (the audio of revision " + chunk.getSameAudioAs() + ")"
                        : String.format(
                                Locale.ROOT, ", %.1f s", (chunk.getLastFrame() - chunk.getFirstFrame() + 1) / 50.0))
                + (chunk.getEarlyWords() ? ", early words" : "");
        return Optional.of(new Line(chunk.getFrame(), "chunk", what));
    }

    private static Optional<Line> transcript(Transcript transcript) {
        return switch (transcript.getStatus()) {
            case RECOGNISED ->
                Optional.of(new Line(
                        transcript.getFrame(),
                        "text",
                        transcript.getIndex() + "/" + transcript.getRevision() + " \"" + transcript.getText() + "\" ("
                                + millis(transcript.getTookMicros())
                                + (transcript.getWaitedMicros() > 20_000
                                        ? ", waited " + millis(transcript.getWaitedMicros())
                                        : "")
                                + ")"));
            case SKIPPED ->
                Optional.of(new Line(
                        transcript.getFrame(),
                        "text",
                        transcript.getIndex() + "/" + transcript.getRevision() + " skipped: superseded"));
            case FAILED ->
                Optional.of(new Line(
                        transcript.getFrame(),
                        "text",
                        transcript.getIndex() + "/" + transcript.getRevision() + " FAILED"));
            case SAME_AUDIO, UNKNOWN -> Optional.empty();
        };
    }

    private static Optional<Line> reply(Reply reply) {
        String answer = reply.getKind().toString().toLowerCase(Locale.ROOT);
        return switch (reply.getType()) {
            case CHUNK -> {
                yield Optional.of(new Line(
                        reply.getFrame(),
                        "agent",
                        (reply.getSpeculative()
                                        ? "prefetched"
                                        : reply.getKind() == ReplyKind.ANSWER ? "answers" : "says (" + answer + ")")
                                + quoted(String.valueOf(reply.getText()))
                                + (reply.getSpeculative() && reply.getN() == 0 ? " …" : "")));
            }
            case COMMIT -> Optional.of(new Line(reply.getFrame(), "agent", "commits: " + reply.getEvidence()));
            case CANCEL -> Optional.of(new Line(reply.getFrame(), "agent", "cancels: " + reply.getEvidence()));
            case END, UNKNOWN -> Optional.empty();
        };
    }

    private static Optional<Line> playback(Entry entry, PlaybackEvent event) {
        String what =
                switch (event.getType()) {
                    case QUEUED, UNKNOWN -> null;
                    case STARTED -> "starts";
                    case PAUSED -> "paused";
                    case RESUMED -> "resumed (" + event.getReason() + ")";
                    case STOPPED -> "STOPPED (" + event.getReason() + ", HTTP " + event.getHttpStatus() + ")";
                    case FINISHED -> "ends";
                    case FAILED -> "FAILED: " + event.getReason();
                };
        return what == null
                ? Optional.empty()
                : Optional.of(line(entry, "bot", what + " " + part(event.getPlaybackId())));
    }

    private static Optional<Line> bargeIn(BargeIn state) {
        String writer = state.getWriter().toString().toLowerCase(Locale.ROOT);
        String what = state.getSuspicion() != null
                ? "a suspicion from frame " + state.getSuspicion().getFrame()
                : state.getVoidBefore() == 0 && state.getDismissedThrough() < 0
                        ? "all clear"
                        : "void before frame " + state.getVoidBefore()
                                + (state.getDismissedThrough() >= 0
                                        ? ", harmless up to frame " + state.getDismissedThrough()
                                        : "");
        return Optional.of(new Line(state.getFrame(), "barge-in", writer + ": " + what));
    }

    /** The readable end of a playback id: kind, and numbers without the call. */
    private static String part(String playbackId) {
        String[] parts = playbackId.split("-");
        return parts.length < 6
                ? playbackId
                : parts[0] + " " + String.join("/", Arrays.copyOfRange(parts, parts.length - 5, parts.length));
    }

    private static String quoted(String text) {
        return text.isEmpty() ? "" : " \"" + text + "\"";
    }

    private static String millis(long micros) {
        return micros >= 1_000_000 ? String.format(Locale.ROOT, "%.2f s", micros / 1e6) : micros / 1000 + " ms";
    }
}
