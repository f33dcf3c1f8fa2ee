package dev.parley.speech;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.parley.audio.Resampler;
import dev.parley.audio.Sound;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/**
 * Moonshine tiny (English) on onnxruntime: an encoder run once, then a decoder run once a token, always taking the
 * likeliest one. About 0.03 of real time on a quiet core.
 *
 * <p>Safe from several threads: the sessions are shared, everything else belongs to one call. What it is known to make
 * up over silence and noise is dropped, see {@link Inventions}.
 */
final class MoonshineRecogniser implements SpeechRecogniser {
    private static final int RATE = 16_000;
    private static final int START = 1;
    private static final int END = 2;

    /** Nobody says more tokens than this in a second; without a bound a confused decoder goes on for ever. */
    private static final double TOKENS_A_SECOND = 6.5;

    /** Below a second it mishears; silence behind the word helps. */
    private static final int SHORTEST = RATE;

    /** Silence behind the last sample: where speech is cut off hard, it completes the sentence by itself, or begins to loop. */
    private static final int SILENCE_BEHIND = RATE / 5;

    private static final Map<String, String> FORMAT = Map.of("session.load_model_format", "ORT");
    private static final String PAST = "past_key_values.";
    private static final String PRESENT = "present.";

    private final OrtEnvironment environment = OnnxRuntime.environment();
    private final OrtSession encoder;
    private final OrtSession decoder;
    private final MoonshineTokens tokens;
    private final List<String> caches;

    MoonshineRecogniser(ModelStore models) {
        tokens = MoonshineTokens.read(models.file(ModelFile.MOONSHINE_TOKENS));
        encoder = OnnxRuntime.load(models.file(ModelFile.MOONSHINE_ENCODER), FORMAT);
        decoder = OnnxRuntime.load(models.file(ModelFile.MOONSHINE_DECODER), FORMAT);
        caches = decoder.getInputNames().stream()
                .filter(name -> name.startsWith(PAST))
                .map(name -> name.substring(PAST.length()))
                .toList();
        recognise(new Sound(RATE, new short[SHORTEST])); // the first run is the slow one: not at a caller's cost
    }

    @Override
    public String name() {
        return "moonshine";
    }

    @Override
    public Recognition recognise(Sound speech) {
        if (Inventions.isSilence(speech)) {
            return Recognition.NOTHING;
        }
        try {
            return decode(Resampler.resample(speech, RATE).samples());
        } catch (OrtException e) {
            throw new EngineProblem("Moonshine failed: " + e.getMessage(), e);
        }
    }

    private Recognition decode(short[] samples) throws OrtException {
        int length = Math.max(samples.length + SILENCE_BEHIND, SHORTEST);
        int limit = (int) Math.ceil(TOKENS_A_SECOND * length / RATE) + 4;
        try (OnnxTensor sound = sound(samples, length);
                OnnxTensor mask = ones(length);
                OrtSession.Result encoded = encoder.run(Map.of("input_values", sound, "attention_mask", mask));
                Decoding decoding = new Decoding(mask, encoded.get(0))) {
            while (decoding.said.size() < limit && decoding.step()) {
                // until the decoder says that it is done
            }
            String text = Inventions.drop(tokens.text(decoding.said), decoding.confidence());
            return text.isEmpty()
                    ? Recognition.NOTHING
                    : new Recognition(text, List.of(), OptionalDouble.of(decoding.confidence()));
        }
    }

    private OnnxTensor sound(short[] samples, int length) throws OrtException {
        float[] values = new float[length];
        for (int i = 0; i < samples.length; i++) {
            values[i] = samples[i] / 32_768f;
        }
        return OnnxTensor.createTensor(environment, FloatBuffer.wrap(values), new long[] {1, length});
    }

    private OnnxTensor ones(int length) throws OrtException {
        long[] ones = new long[length];
        Arrays.fill(ones, 1);
        return OnnxTensor.createTensor(environment, LongBuffer.wrap(ones), new long[] {1, length});
    }

    @Override
    public void close() {
        OnnxRuntime.close(encoder);
        OnnxRuntime.close(decoder);
    }

    /**
     * The decoder's walk through one piece of speech. It remembers what it attends to: of its own words after each step,
     * of the sound once, from the first step.
     */
    private final class Decoding implements AutoCloseable {
        final List<Integer> said = new ArrayList<>();
        private final Map<String, OnnxTensor> inputs = new HashMap<>();
        private final List<OnnxTensor> own = new ArrayList<>();
        private OrtSession.@Nullable Result first;
        private OrtSession.@Nullable Result newest;
        private double logProbability;

        /** The mask has the length of the samples, not of the encoder's frames: with those, long speech goes wrong. */
        Decoding(OnnxTensor mask, OnnxValue encoded) throws OrtException {
            inputs.put("encoder_hidden_states", (OnnxTensor) encoded);
            inputs.put("encoder_attention_mask", mask);
            inputs.put("use_cache_branch", owned(OnnxTensor.createTensor(environment, new boolean[] {false})));
            for (String cache : caches) {
                inputs.put(
                        PAST + cache,
                        owned(OnnxTensor.createTensor(environment, FloatBuffer.allocate(0), new long[] {1, 8, 0, 36})));
            }
        }

        private OnnxTensor owned(OnnxTensor tensor) {
            own.add(tensor);
            return tensor;
        }

        /** Adds the likeliest next token; false when that is the end. */
        boolean step() throws OrtException {
            long last = said.isEmpty() ? START : said.getLast();
            OrtSession.Result result;
            try (OnnxTensor id = OnnxTensor.createTensor(environment, new long[][] {{last}})) {
                inputs.put("input_ids", id);
                result = decoder.run(inputs);
            }
            remember(result);
            int token = likeliest(((OnnxTensor) result.get("logits").orElseThrow()).getFloatBuffer());
            if (token == END) {
                return false;
            }
            said.add(token);
            return true;
        }

        private void remember(OrtSession.Result result) throws OrtException {
            boolean isFirst = first == null;
            for (String cache : caches) {
                if (isFirst || cache.contains("decoder")) {
                    inputs.put(PAST + cache, (OnnxTensor)
                            result.get(PRESENT + cache).orElseThrow());
                }
            }
            if (isFirst) {
                first = result;
                inputs.put("use_cache_branch", owned(OnnxTensor.createTensor(environment, new boolean[] {true})));
            } else {
                if (newest != null) {
                    newest.close();
                }
                newest = result;
            }
        }

        private int likeliest(FloatBuffer logits) {
            int best = 0;
            for (int i = 1; i < logits.limit(); i++) {
                if (logits.get(i) > logits.get(best)) {
                    best = i;
                }
            }
            double sum = 0;
            for (int i = 0; i < logits.limit(); i++) {
                sum += Math.exp(logits.get(i) - logits.get(best));
            }
            logProbability -= Math.log(sum);
            return best;
        }

        /** The geometric mean of the tokens' probabilities, the end's included. */
        double confidence() {
            return Math.exp(logProbability / (said.size() + 1));
        }

        @Override
        public void close() {
            if (newest != null) {
                newest.close();
            }
            if (first != null) {
                first.close();
            }
            inputs.clear();
            for (OnnxTensor tensor : own) {
                tensor.close();
            }
        }
    }
}
