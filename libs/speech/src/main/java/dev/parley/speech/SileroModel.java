package dev.parley.speech;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Silero VAD 6 on onnxruntime, many calls in one run: 45 µs of CPU a window in a batch of 64, 120 alone.
 *
 * <p>The tensors lie on buffers outside the heap that live as long as the model, so a run copies each sample once and
 * allocates nothing but its answer.
 */
final class SileroModel implements VoiceActivityModel {
    private static final int MAX_BATCH = 64;
    private static final int INPUT = VadState.CONTEXT + WINDOW;
    private static final int LAYERS = 2;
    private static final int LAYER = VadState.STATE / LAYERS;

    private final OrtEnvironment environment = OnnxRuntime.environment();
    private final OrtSession session;
    private final FloatBuffer input = direct(MAX_BATCH * INPUT);
    private final FloatBuffer before = direct(MAX_BATCH * VadState.STATE);
    private final FloatBuffer after = direct(MAX_BATCH * VadState.STATE);
    private final FloatBuffer answers = direct(MAX_BATCH);
    private final OnnxTensor rate;
    private final @Nullable Batch[] batches = new Batch[MAX_BATCH + 1];

    SileroModel(ModelStore models) {
        session = OnnxRuntime.load(models.file(ModelFile.SILERO), Map.of());
        try {
            rate = OnnxTensor.createTensor(environment, 8000L);
        } catch (OrtException e) {
            throw new EngineProblem("voice activity cannot be started", e);
        }
    }

    @Override
    public float[] infer(List<VadState> states, List<short[]> windows) {
        if (states.size() != windows.size()) {
            throw new IllegalArgumentException(states.size() + " states for " + windows.size() + " windows");
        }
        float[] voice = new float[states.size()];
        for (int first = 0; first < voice.length; first += MAX_BATCH) {
            int last = Math.min(first + MAX_BATCH, voice.length);
            run(states.subList(first, last), windows.subList(first, last));
            answers.get(0, voice, first, last - first);
        }
        return voice;
    }

    private void run(List<VadState> states, List<short[]> windows) {
        int size = states.size();
        for (int row = 0; row < size; row++) {
            VadState state = states.get(row);
            short[] window = windows.get(row);
            if (window.length != WINDOW) {
                throw new IllegalArgumentException("a window has " + WINDOW + " samples, not " + window.length);
            }
            int at = row * INPUT;
            at = putSamples(state.context, at);
            putSamples(window, at);
            for (int layer = 0; layer < LAYERS; layer++) {
                before.put((layer * size + row) * LAYER, state.state, layer * LAYER, LAYER);
            }
        }
        try (OrtSession.Result ignored = batch(size).run(session)) {
            // The answers are in our own buffers already.
        } catch (OrtException e) {
            throw new EngineProblem("voice activity failed", e);
        }
        for (int row = 0; row < size; row++) {
            VadState state = states.get(row);
            for (int layer = 0; layer < LAYERS; layer++) {
                after.get((layer * size + row) * LAYER, state.state, layer * LAYER, LAYER);
            }
            System.arraycopy(windows.get(row), WINDOW - VadState.CONTEXT, state.context, 0, VadState.CONTEXT);
        }
    }

    private int putSamples(short[] samples, int at) {
        for (int i = 0; i < samples.length; i++) {
            input.put(at + i, samples[i] / 32_768f);
        }
        return at + samples.length;
    }

    private Batch batch(int size) throws OrtException {
        Batch batch = batches[size];
        if (batch == null) {
            batch = new Batch(
                    Map.of(
                            "input", tensor(input, size, INPUT),
                            "state", tensor(before, LAYERS, size, LAYER),
                            "sr", rate),
                    Map.of("output", tensor(answers, size, 1), "stateN", tensor(after, LAYERS, size, LAYER)));
            batches[size] = batch;
        }
        return batch;
    }

    private OnnxTensor tensor(FloatBuffer memory, int... shape) throws OrtException {
        long[] dimensions = new long[shape.length];
        int floats = 1;
        for (int i = 0; i < shape.length; i++) {
            dimensions[i] = shape[i];
            floats *= shape[i];
        }
        return OnnxTensor.createTensor(environment, memory.slice(0, floats), dimensions);
    }

    private static FloatBuffer direct(int floats) {
        return ByteBuffer.allocateDirect(Float.BYTES * floats)
                .order(ByteOrder.nativeOrder())
                .asFloatBuffer();
    }

    @Override
    public void close() {
        for (Batch batch : batches) {
            if (batch != null) {
                batch.close();
            }
        }
        rate.close();
        OnnxRuntime.close(session);
    }

    /** The tensors for one size of batch; all sizes share the same memory. */
    private record Batch(Map<String, OnnxTensor> in, Map<String, OnnxTensor> out) {
        OrtSession.Result run(OrtSession session) throws OrtException {
            return session.run(in, out);
        }

        void close() {
            Objects.requireNonNull(in.get("input")).close();
            Objects.requireNonNull(in.get("state")).close();
            out.values().forEach(OnnxTensor::close);
        }
    }
}
