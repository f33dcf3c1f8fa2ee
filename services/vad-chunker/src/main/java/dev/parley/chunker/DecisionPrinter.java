package dev.parley.chunker;

import dev.parley.audio.Frames;
import dev.parley.chunker.domain.Decision;
import dev.parley.records.BargeIn;
import dev.parley.records.SpeechEvent;
import dev.parley.records.SpeechEventType;
import dev.parley.records.UtteranceChunk;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Writes decisions for people or for programs, a line each. */
final class DecisionPrinter {
    private final Path file;
    private final PrintWriter out;
    private final boolean json;

    private DecisionPrinter(Path file, PrintWriter out, boolean json) {
        this.file = file;
        this.out = out;
        this.json = json;
    }

    static DecisionPrinter json(Path file, PrintWriter out) {
        return new DecisionPrinter(file, out, true);
    }

    static DecisionPrinter text(Path file, PrintWriter out) {
        out.println(file);
        return new DecisionPrinter(file, out, false);
    }

    void print(Decision decision) {
        if (decision instanceof Decision.Noted(SpeechEvent event) && event.getType() == SpeechEventType.LISTENING) {
            return; // Nothing was decided.
        }
        Map<String, Object> fields = new LinkedHashMap<>();
        long frame =
                switch (decision) {
                    case Decision.Noted(SpeechEvent event) -> event.getFrame();
                    case Decision.Cut(UtteranceChunk chunk) -> chunk.getFrame();
                    case Decision.Control(BargeIn state) -> state.getFrame();
                };
        switch (decision) {
            case Decision.Noted(SpeechEvent event) -> {
                put(fields, "type", name(event.getType()));
                put(fields, "frame", frame);
                put(fields, "utterance", event.getUtterance());
                put(fields, "index", event.getIndex());
                put(fields, "revision", event.getRevision());
                put(fields, "reason", event.getReason() == null ? null : name(event.getReason()));
                put(fields, "lastVoicedFrame", event.getLastVoicedFrame());
                put(fields, "voicedFrames", event.getVoicedFrames());
                put(fields, "brief", event.getBrief() ? true : null);
                put(fields, "continues", event.getContinues() ? true : null);
            }
            case Decision.Cut(UtteranceChunk chunk) -> {
                put(fields, "type", "chunk");
                put(fields, "frame", frame);
                put(fields, "utterance", chunk.getUtterance());
                put(fields, "index", chunk.getIndex());
                put(fields, "revision", chunk.getRevision());
                put(fields, "stage", name(chunk.getStage()));
                put(fields, "firstFrame", chunk.getFirstFrame());
                put(fields, "lastFrame", chunk.getLastFrame());
                put(fields, "overlapFrames", chunk.getOverlapFrames());
                put(fields, "sameAudioAs", chunk.getSameAudioAs());
            }
            case Decision.Control(BargeIn state) -> {
                put(fields, "type", "barge-in");
                put(fields, "frame", frame);
                put(fields, "voidBefore", state.getVoidBefore());
            }
        }
        out.println(json ? line(fields) : text(frame, fields));
    }

    private static void put(Map<String, Object> fields, String name, @Nullable Object value) {
        if (value != null) {
            fields.put(name, value);
        }
    }

    /** As on the topics, but in lower case: END_OF_TURN is end-of-turn. */
    private static String name(Enum<?> symbol) {
        return symbol.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private String line(Map<String, Object> fields) {
        return fields.entrySet().stream()
                .map(field -> quoted(field.getKey()) + ":"
                        + (field.getValue() instanceof String text ? quoted(text) : field.getValue()))
                .collect(Collectors.joining(",", "{\"file\":" + quoted(file.toString()) + ",", "}"));
    }

    private static String quoted(String text) {
        StringBuilder out = new StringBuilder("\"");
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                out.append('\\').append(c);
            } else if (c < ' ') {
                out.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
            } else {
                out.append(c);
            }
        }
        return out.append('"').toString();
    }

    private static String text(long frame, Map<String, Object> fields) {
        String rest = fields.entrySet().stream()
                .filter(field ->
                        !field.getKey().equals("type") && !field.getKey().equals("frame"))
                .map(field -> field.getKey() + "=" + field.getValue())
                .collect(Collectors.joining(" "));
        return String.format(
                Locale.ROOT, "%8.2f s  %-15s %s", Frames.toMillis(frame) / 1000.0, fields.get("type"), rest);
    }
}
