package dev.parley.devstack.bench;

import dev.parley.audio.Sound;
import dev.parley.devstack.DevStack;
import dev.parley.devstack.Engines;
import dev.parley.devstack.audit.CallView;
import dev.parley.devstack.audit.Latencies;
import dev.parley.devstack.audit.Timeline;
import dev.parley.devstack.demo.Phrases;
import dev.parley.runtime.config.Setting;
import dev.parley.runtime.config.Settings;
import dev.parley.speech.ModelStore;
import dev.parley.speech.SpeechEngines;
import dev.parley.testkit.asterisk.SimulatedCall;
import dev.parley.testkit.caller.Heard;
import dev.parley.testkit.caller.ScriptedCaller;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Callers who speak over every answer, and whose speech is answered in turn: each interruption gives one latency of each kind. At one
 * call with the real engines, and at many with engines that take a fixed time and no processor, so that the pipeline's own cost shows.
 */
@Command(name = "bench", mixinStandardHelpOptions = true, description = "Measures the pipeline's latencies on simulated calls and prints them as a table.")
public final class Bench implements Callable<Integer> {
    /** Enough silence to end a turn here; short, so that a run is. It is taken off where it would count. */
    private static final Duration SILENCE = Duration.ofMillis(700);

    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final Duration RECOGNITION = Duration.ofMillis(100);
    private static final Duration SYNTHESIS = Duration.ofMillis(50);

    @Option(names = "--interruptions", defaultValue = "100", description = "Interruptions in each run (default: 100).")
    private int interruptions = 100;

    @Option(names = "--calls", defaultValue = "20", description = "Calls at once in the second run (default: 20).")
    private int calls = 20;

    private final PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);

    /** Exit codes are picocli's. */
    public static void main(String[] words) {
        System.exit(new CommandLine(new Bench()).execute(words));
    }

    @Override
    public Integer call() throws Exception {
        Settings environment = Settings.from(System.getenv());
        environment.require(Setting.PARLEY_MODELS);
        ModelStore models = new ModelStore(Path.of(environment.text(Setting.PARLEY_MODELS)));
        Map<String, Latencies> table = new java.util.LinkedHashMap<>();
        try (Engines real = Engines.open(models, environment.text(Setting.ASR_ENGINE), environment.text(Setting.TTS_ENGINE), "en")) {
            Sound speech = new Phrases(models, real.synthesiser(), real.recogniser()).synthesised("Stop, please, I would like to say something.");
            table.put("1 call, " + real.recogniser().name() + " and " + real.synthesiser().name(), run(real, speech, 1, interruptions));
            Engines fixed = new Engines(real.voiceActivity(), new FixedCostRecogniser(RECOGNITION, "Stop, please, I would like to say something."), new FixedCostSynthesiser(SYNTHESIS));
            int each = Math.max(1, interruptions / calls);
            table.put(String.format(Locale.ROOT, "%d calls, recognition of %d ms, synthesis of %d ms", calls, RECOGNITION.toMillis(), SYNTHESIS.toMillis()), run(fixed, speech, calls, each));
        }
        print(table);
        return 0;
    }

    private Latencies run(Engines engines, Sound speech, int callers, int rounds) throws Exception {
        Path folder = Files.createTempDirectory("parley-bench");
        Path script = folder.resolve("bench.yaml");
        try (InputStream yaml = Bench.class.getResourceAsStream("bench.yaml")) {
            Files.copy(java.util.Objects.requireNonNull(yaml, "bench.yaml"), script);
        }
        Map<String, String> settings = new HashMap<>(Map.of("VAD_SILENCE_TIMEOUT", Double.toString(SILENCE.toMillis() / 1000.0), "VAD_MIN_RECORDING_TIME", "0.5", "GREETING", "Hello.",
                "AGENT_SCRIPT", script.toString(), "ASR_CONCURRENCY", "4"));
        out.printf("%d call(s), %d interruptions each …%n", callers, rounds);
        Latencies latencies = new Latencies();
        try (DevStack stack = DevStack.start(folder, settings, engines); Timeline timeline = new Timeline(stack.clientSettings(), entry -> {})) {
            List<SimulatedCall> lines = new ArrayList<>();
            List<CompletableFuture<Heard>> heard = new ArrayList<>();
            for (int i = 0; i < callers; i++) {
                SimulatedCall line = stack.asterisk().dial("+1555" + (1000 + i), "100", "en");
                lines.add(line);
                // Callers do not all speak at the same instant.
                heard.add(scene(speech, rounds, Duration.ofMillis(i * 137L)).start(line));
            }
            for (int i = 0; i < callers; i++) {
                Heard one = heard.get(i).get();
                CallView call = new CallView(timeline.entries(), DevStack.ASTERISK + "~" + lines.get(i).channelId());
                new Measurement(one, call, SILENCE).into(latencies);
            }
        }
        return latencies;
    }

    private static ScriptedCaller scene(Sound speech, int rounds, Duration delay) {
        ScriptedCaller scene = ScriptedCaller.script().waitForBotToSpeak(PATIENCE).waitForBotSilence(Duration.ofMillis(700), PATIENCE).pause(delay).say("first", speech);
        for (int i = 0; i < rounds; i++) {
            scene = scene.interruptAfter(Duration.ofMillis(700), "interruption " + i, speech);
        }
        return scene.waitForBotToSpeak(PATIENCE).hangUp();
    }

    private void print(Map<String, Latencies> table) {
        out.println();
        out.println("| milliseconds, p50 / p99 (n) | " + String.join(" | ", table.keySet()) + " |");
        out.println("|-|" + "-|".repeat(table.size()));
        for (String name : Measurement.NAMES) {
            StringBuilder row = new StringBuilder("| " + name + " |");
            for (Latencies latencies : table.values()) {
                List<Double> values = latencies.of(name);
                row.append(String.format(Locale.ROOT, " %.0f / %.0f (%d) |", Latencies.percentile(values, 0.5), Latencies.percentile(values, 0.99), values.size()));
            }
            out.println(row);
        }
    }
}
