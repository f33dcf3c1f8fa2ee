package dev.parley.devstack.demo;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.parley.audio.Frames;
import dev.parley.audio.Sound;
import dev.parley.devstack.audit.CallView;
import dev.parley.devstack.audit.Entry;
import dev.parley.devstack.audit.Latencies;
import dev.parley.records.EndReason;
import dev.parley.records.PlaybackEvent;
import dev.parley.records.PlaybackEventType;
import dev.parley.records.SpeechEvent;
import dev.parley.records.SpeechEventType;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Locale;

/** Writes `report.html`: one page that needs nothing else, with the sound in it. */
final class Report {
    private static final ObjectMapper JSON = new ObjectMapper();

    private Report() {}

    static void write(
            Path file,
            String callId,
            CallView call,
            List<Check> checks,
            Latencies latencies,
            Sound caller,
            Sound bot,
            Path wav)
            throws IOException {
        ObjectNode data = JSON.createObjectNode();
        data.put("callId", callId)
                .put("frames", Math.max(caller.samples().length, bot.samples().length) / Frames.SAMPLES);
        data.set("checks", JSON.valueToTree(checks));
        data.set("latencyMs", latencies.toJson());
        ObjectNode peaks = data.putObject("peaks");
        peaks(peaks.putArray("caller"), caller);
        peaks(peaks.putArray("bot"), bot);
        ArrayNode turns = data.putArray("turns");
        ArrayNode chunks = data.putArray("chunks");
        for (CallView.Utterance utterance : call.utterances()) {
            turns.addObject()
                    .put("from", utterance.first())
                    .put("to", utterance.lastFrame())
                    .put("text", utterance.text());
            utterance.chunks().stream()
                    .filter(chunk -> chunk.getPcm() != null)
                    .forEach(chunk -> chunks.addObject()
                            .put("from", chunk.getFirstFrame())
                            .put("to", chunk.getLastFrame()));
        }
        ArrayNode playbacks = data.putArray("bot");
        call.records(dev.parley.records.ReplyHeard.class)
                .filter(heard -> heard.getFirstFrame() >= 0)
                .forEach(heard -> playbacks
                        .addObject()
                        .put("from", heard.getFirstFrame())
                        .put("to", heard.getLastFrame())
                        .put("kind", heard.getKind().toString().toLowerCase(Locale.ROOT))
                        .put("text", heard.getComplete() ? heard.getText() : heard.getText() + " …")
                        .put("complete", heard.getComplete()));
        marks(data.putArray("marks"), call);
        ArrayNode lines = data.putArray("lines");
        for (Entry entry : call.entries()) {
            Narrator.tell(entry)
                    .ifPresent(line -> lines.addObject()
                            .put("frame", line.frame())
                            .put("who", line.who())
                            .put("what", line.what()));
        }
        String page;
        try (InputStream template = Report.class.getResourceAsStream("report.html")) {
            if (template == null) throw new IllegalStateException("report.html is missing from the jar");
            page = new String(template.readAllBytes(), StandardCharsets.UTF_8);
        }
        Files.writeString(
                file,
                page.replace("@AUDIO@", Base64.getEncoder().encodeToString(Files.readAllBytes(wav)))
                        .replace("@DATA@", embeddable(data)));
    }

    /** JSON inside a script element: no `</script>` and no comment can begin in it. */
    private static String embeddable(ObjectNode data) throws JsonProcessingException {
        return JSON.writeValueAsString(data).replace("<", "\\u003c");
    }

    private static void marks(ArrayNode marks, CallView call) {
        call.records(SpeechEvent.class).forEach(event -> {
            if (event.getType() == SpeechEventType.SUSPECTED)
                marks.addObject().put("frame", event.getFrame()).put("type", "suspicion");
            if (event.getType() == SpeechEventType.END_OF_TURN && event.getReason() != EndReason.HANG_UP)
                marks.addObject().put("frame", event.getFrame()).put("type", "end");
        });
        call.records(PlaybackEvent.class)
                .filter(event -> event.getType() == PlaybackEventType.STOPPED)
                .forEach(event ->
                        marks.addObject().put("frame", event.getFrame()).put("type", "stop"));
    }

    /** The peak of each frame, 0 to 100. */
    private static void peaks(ArrayNode array, Sound sound) {
        short[] samples = sound.samples();
        for (int start = 0; start < samples.length; start += Frames.SAMPLES) {
            int peak = 0;
            for (int i = start; i < Math.min(samples.length, start + Frames.SAMPLES); i++)
                peak = Math.max(peak, Math.abs(samples[i]));
            array.add(Math.min(100, Math.round(peak / 327.68f)));
        }
    }
}
