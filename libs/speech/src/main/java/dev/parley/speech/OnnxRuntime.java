package dev.parley.speech;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import java.nio.file.Path;
import java.util.Map;

/**
 * The one place that loads onnxruntime, so that it is never loaded in the wrong surroundings: without
 * ORT_DISABLE_TELEMETRY=1 it calls home, and crashes the process when the command line is long.
 */
final class OnnxRuntime {
    static final String NO_TELEMETRY = "ORT_DISABLE_TELEMETRY";

    private OnnxRuntime() {}

    /** The process's environment variables are read here because the native library reads them, not Parley. */
    static OrtEnvironment environment() {
        requireNoTelemetry(System.getenv());
        return OrtEnvironment.getEnvironment();
    }

    static void requireNoTelemetry(Map<String, String> variables) {
        if (!"1".equals(variables.get(NO_TELEMETRY))) {
            throw new EngineProblem(
                    "onnxruntime is not loaded: it would send telemetry, and crash when the command line"
                            + " is long. Set " + NO_TELEMETRY
                            + "=1 in the environment of this process (./parley does so)");
        }
    }

    /**
     * Loads a model to run on one thread: parallel work is Parley's to arrange, and a thread that spins while it waits
     * would take a core from another call.
     */
    static OrtSession load(Path model, Map<String, String> options) {
        OrtEnvironment environment = environment();
        try (OrtSession.SessionOptions settings = new OrtSession.SessionOptions()) {
            settings.setIntraOpNumThreads(1);
            settings.setInterOpNumThreads(1);
            // Memory that the longest input so far has needed would be kept for good, which costs more than the 4 % of
            // time that it saves.
            settings.setCPUArenaAllocator(false);
            settings.setMemoryPatternOptimization(false);
            settings.setSessionLogLevel(OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR);
            settings.addConfigEntry("session.intra_op.allow_spinning", "0");
            settings.addConfigEntry("session.inter_op.allow_spinning", "0");
            for (Map.Entry<String, String> option : options.entrySet()) {
                settings.addConfigEntry(option.getKey(), option.getValue());
            }
            return environment.createSession(model.toString(), settings);
        } catch (OrtException e) {
            throw new EngineProblem("onnxruntime cannot load " + model + ": " + e.getMessage(), e);
        }
    }

    /** Frees what onnxruntime holds outside the heap. */
    static void close(OrtSession session) {
        try {
            session.close();
        } catch (OrtException e) {
            throw new EngineProblem("onnxruntime could not free a model", e);
        }
    }
}
