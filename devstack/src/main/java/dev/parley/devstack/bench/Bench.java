package dev.parley.devstack.bench;

import dev.parley.audio.Sound;
import dev.parley.devstack.Commands;
import dev.parley.devstack.DevStack;
import dev.parley.devstack.Engines;
import dev.parley.devstack.audit.CallView;
import dev.parley.devstack.audit.Latencies;
import dev.parley.devstack.audit.Timeline;
import dev.parley.devstack.demo.Phrases;
import dev.parley.runtime.config.Setting;
import dev.parley.runtime.config.Settings;
import dev.parley.schemas.Topic;
import dev.parley.schemas.Topics;
import dev.parley.speech.ModelStore;
import dev.parley.testkit.asterisk.SimulatedCall;
import dev.parley.testkit.caller.Heard;
import dev.parley.testkit.caller.ScriptFailure;
import dev.parley.testkit.caller.ScriptedCaller;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Callers who speak over every answer, and whose speech is answered in turn: each interruption gives one latency of each kind. At one
 * call with the real engines, and at many with engines that take a fixed time and no processor, so that the pipeline's own cost shows.
 */
@Command(
        name = "bench",
        mixinStandardHelpOptions = true,
        description = "Measures the pipeline's latencies on simulated calls and prints them as a table.")
public final class Bench implements Callable<Integer> {
    /** Enough silence to end a turn here, and for the answer to be ready by then; taken off where it would count. */
    private static final Duration SILENCE = Duration.ofMillis(1000);
    /** So long the caller listens. Above the debounce: what he says then is a new turn, not more of the last one. */
    private static final Duration LISTENS = Duration.ofMillis(600);

    private static final Duration DEBOUNCE = Duration.ofMillis(300);
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final Duration RECOGNITION = Duration.ofMillis(100);
    private static final Duration SYNTHESIS = Duration.ofMillis(50);
    private static final List<Topic<?>> READ = List.of(
            Topics.SPEECH_EVENTS,
            Topics.UTTERANCE_CHUNKS,
            Topics.UTTERANCE_CHUNKS_EARLY,
            Topics.TRANSCRIPTS,
            Topics.REPLIES,
            Topics.REPLY_AUDIO,
            Topics.PLAYBACK_EVENTS,
            Topics.BARGE_IN);
    private static final List<String> WORDS =
            List.of("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten");

    @Option(
            names = "--interruptions",
            defaultValue = "100",
            description = "Interruptions in each run, at least (default: 100).")
    private int interruptions = 100;

    @Option(names = "--calls", defaultValue = "20", description = "Calls at once in the second run (default: 20).")
    private int calls = 20;

    @Option(names = "--run", defaultValue = "both", description = "Which run: one, many or both (default: both).")
    private String run = "both";

    private final PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    private int broken;

    /** Exit codes are picocli's; 1 also where a caller's script could not be followed to its end. */
    public static void main(String[] words) {
        System.exit(Commands.run(Bench::new, words));
    }

    @Override
    public Integer call() throws Exception {
        out.println("Logging to " + Commands.logAside("bench"));
        Settings environment = Settings.from(System.getenv());
        environment.require(Setting.PARLEY_MODELS);
        ModelStore models = new ModelStore(Path.of(environment.text(Setting.PARLEY_MODELS)));
        Map<String, Latencies> table = new LinkedHashMap<>();
        try (Engines real = Engines.open(
                models, environment.text(Setting.ASR_ENGINE), environment.text(Setting.TTS_ENGINE), "en")) {
            Phrases phrases = new Phrases(models, real.synthesiser(), real.recogniser());
            List<Sound> speech = WORDS.stream()
                    .map(word -> phrases.synthesised("Please stop and tell me about number " + word + "."))
                    .toList();
            if (!run.equals("many")) {
                table.put(
                        "1 call, " + real.recogniser().name() + " and "
                                + real.synthesiser().name(),
                        run(real, speech, 1, interruptions));
            }
            if (!run.equals("one")) {
                Engines fixed = new Engines(
                        real.voiceActivity(),
                        new FixedCostRecogniser(RECOGNITION),
                        new FixedCostSynthesiser(SYNTHESIS));
                String name = String.format(
                        Locale.ROOT,
                        "%d calls, recognition of %d ms, synthesis of %d ms",
                        calls,
                        RECOGNITION.toMillis(),
                        SYNTHESIS.toMillis());
                table.put(name, run(fixed, speech, calls, Math.ceilDiv(interruptions, calls)));
            }
        }
        print("milliseconds, p50 / p99 (n)", Measurement.NAMES, table);
        print("where the time goes", Measurement.HOPS, table);
        out.println();
        out.println(
                "First and last frames are those of the caller's line, which the simulated Asterisk sends one every 20 ms: up to 20 ms of a latency that ends there, 10 on average, is waiting for the next.");
        return broken == 0 ? 0 : 1;
    }

    private Latencies run(Engines engines, List<Sound> speech, int callers, int rounds) throws Exception {
        Path folder = Files.createTempDirectory("parley-bench");
        Path script = folder.resolve("bench.yaml");
        try (InputStream yaml = Bench.class.getResourceAsStream("bench.yaml")) {
            Files.copy(Objects.requireNonNull(yaml, "bench.yaml"), script);
        }
        Map<String, String> settings = Map.of(
                "VAD_SILENCE_TIMEOUT",
                seconds(SILENCE),
                "VAD_MIN_RECORDING_TIME",
                "0.5",
                "INPUT_DEBOUNCE_MS",
                Long.toString(DEBOUNCE.toMillis()),
                "GREETING",
                "Hello.",
                "AGENT_SCRIPT",
                script.toString(),
                "ASR_CONCURRENCY",
                "4");
        out.printf("%d call(s), %d interruptions each …%n", callers, rounds);
        Latencies latencies = new Latencies();
        try (DevStack stack = DevStack.start(folder, settings, engines);
                Timeline timeline = new Timeline(stack.clientSettings(), READ, entry -> {})) {
            List<SimulatedCall> lines = new ArrayList<>();
            List<CompletableFuture<Heard>> heard = new ArrayList<>();
            for (int i = 0; i < callers; i++) {
                SimulatedCall line = stack.asterisk().dial("+1555" + (1000 + i), "100", "en");
                lines.add(line);
                // Callers do not all speak at the same instant.
                heard.add(scene(speech, rounds, Duration.ofMillis(i * 137L)).start(line));
            }
            for (int i = 0; i < callers; i++) {
                new Measurement(wholeOrBroken(heard.get(i)), call(timeline, lines.get(i)), SILENCE).into(latencies);
            }
        }
        return latencies;
    }

    private static CallView call(Timeline timeline, SimulatedCall line) {
        return new CallView(timeline.entries(), DevStack.ASTERISK + "~" + line.channelId());
    }

    private static String seconds(Duration duration) {
        return Double.toString(duration.toMillis() / 1000.0);
    }

    /** What was heard, to the end or until the script could not go on; that is told and makes the exit code. */
    private Heard wholeOrBroken(CompletableFuture<Heard> caller) throws InterruptedException {
        try {
            return caller.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof ScriptFailure failure) {
                broken++;
                out.println("A caller gave up after " + failure.heard().said().size() + " sentences: "
                        + failure.getMessage());
                return failure.heard();
            }
            throw new IllegalStateException("A caller broke down", e.getCause());
        }
    }

    private static ScriptedCaller scene(List<Sound> speech, int rounds, Duration delay) {
        ScriptedCaller scene = ScriptedCaller.script()
                .waitForBotToSpeak(PATIENCE)
                .waitForBotSilence(Duration.ofMillis(700), PATIENCE)
                .pause(delay)
                .say("first", speech.getFirst());
        for (int i = 0; i < rounds; i++) {
            scene = scene.interruptAfter(LISTENS, "interruption " + i, speech.get((i + 1) % speech.size()));
        }
        return scene.waitForBotToSpeak(PATIENCE).hangUp();
    }

    private void print(String title, List<String> names, Map<String, Latencies> table) {
        out.println();
        out.println("| " + title + " | " + String.join(" | ", table.keySet()) + " |");
        out.println("|-|" + "-|".repeat(table.size()));
        for (String name : names) {
            StringBuilder row = new StringBuilder("| " + name + " |");
            for (Latencies latencies : table.values()) {
                List<Double> values = latencies.of(name);
                row.append(
                        values.isEmpty()
                                ? " – |"
                                : String.format(
                                        Locale.ROOT,
                                        " %.0f / %.0f (%d) |",
                                        Latencies.percentile(values, 0.5),
                                        Latencies.percentile(values, 0.99),
                                        values.size()));
            }
            out.println(row);
        }
    }
}
