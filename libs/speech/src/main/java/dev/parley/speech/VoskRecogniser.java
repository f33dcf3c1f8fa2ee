package dev.parley.speech;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.parley.audio.Resampler;
import dev.parley.audio.Sound;
import dev.parley.speech.Recognition.TimedWord;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import org.vosk.LibVosk;
import org.vosk.LogLevel;
import org.vosk.Model;
import org.vosk.Recognizer;

/**
 * Vosk small (English): makes three times Moonshine's mistakes, without punctuation, but its model comes from Maven
 * alone, and it gives word times.
 *
 * <p>Safe from several threads: the model is shared, each call has a recogniser of its own.
 */
final class VoskRecogniser implements SpeechRecogniser {
    /** The model has learnt from this rate; 8 kHz as it is gives no words at all. */
    private static final int RATE = 16_000;

    private static final ObjectMapper JSON = new ObjectMapper();

    private final Model model;

    VoskRecogniser(ModelStore models) {
        Path folder = new VoskModel(models).folder();
        LibVosk.setLogLevel(LogLevel.WARNINGS);
        try {
            model = new Model(folder.toString());
        } catch (IOException e) {
            throw new EngineProblem("Vosk cannot load its model in " + folder + ": " + e.getMessage(), e);
        }
    }

    @Override
    public String name() {
        return "vosk";
    }

    @Override
    public Recognition recognise(Sound speech) {
        if (Inventions.isSilence(speech)) {
            return Recognition.NOTHING;
        }
        short[] samples = Resampler.resample(speech, RATE).samples();
        try (Recognizer recogniser = new Recognizer(model, RATE)) {
            recogniser.setWords(true);
            List<JsonNode> pieces = new ArrayList<>();
            if (recogniser.acceptWaveForm(samples, samples.length)) {
                pieces.add(JSON.readTree(recogniser.getResult()));
            }
            pieces.add(JSON.readTree(recogniser.getFinalResult()));
            return recognition(pieces);
        } catch (JsonProcessingException e) {
            throw new EngineProblem("Vosk answered with something that is not JSON", e);
        } catch (IOException e) {
            throw new EngineProblem("Vosk failed: " + e.getMessage(), e);
        }
    }

    private static Recognition recognition(List<JsonNode> pieces) {
        List<TimedWord> words = new ArrayList<>();
        double confidence = 0;
        for (JsonNode piece : pieces) {
            for (JsonNode word : piece.path("result")) {
                words.add(new TimedWord(
                        word.path("word").asText(), millis(word.path("start")), millis(word.path("end"))));
                confidence += word.path("conf").asDouble();
            }
        }
        String text = String.join(" ", words.stream().map(TimedWord::text).toList());
        return words.isEmpty()
                ? Recognition.NOTHING
                : new Recognition(text, words, OptionalDouble.of(Math.min(1, confidence / words.size())));
    }

    private static int millis(JsonNode seconds) {
        return (int) Math.round(1000 * seconds.asDouble());
    }

    @Override
    public void close() {
        model.close();
    }
}
