package dev.parley.devstack.demo;

import dev.parley.audio.Frames;
import dev.parley.audio.Resampler;
import dev.parley.audio.Sound;
import dev.parley.audio.WavFile;
import dev.parley.devstack.Commands;
import dev.parley.devstack.DevStack;
import dev.parley.devstack.Engines;
import dev.parley.devstack.audit.Timeline;
import dev.parley.runtime.ServiceMain;
import dev.parley.runtime.config.Setting;
import dev.parley.runtime.config.Settings;
import dev.parley.speech.ModelStore;
import dev.parley.testkit.asterisk.SimulatedCall;
import dev.parley.testkit.caller.ScriptedCaller;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Holds one whole call in this process and judges it. Exit code 1 when a check failed. */
@Command(
        name = "demo",
        mixinStandardHelpOptions = true,
        description =
                "Holds one whole call, with real recognition, real synthesis and a real (embedded) Kafka broker, shows it live, and judges it.")
public final class Demo implements Callable<Integer> {
    private static final Duration IDLE_TIMEOUT = Duration.ofSeconds(40);
    private static final Duration MONITOR_INTERVAL = Duration.ofSeconds(10);

    @Option(
            names = "--caller",
            paramLabel = "FILE.wav",
            description = "The caller speaks this recording instead, and hangs up after the answer.")
    private @Nullable Path caller;

    @Option(names = "--language", defaultValue = "en", description = "Language of the call: en (default) or ru.")
    private String language = "en";

    @Option(names = "--agent", paramLabel = "FILE.yaml", description = "Answers come from this script.")
    private @Nullable Path agent;

    @Option(
            names = "--report",
            paramLabel = "DIR",
            defaultValue = "report",
            description = "Where call.wav, timeline.jsonl, summary.json and report.html go (default: report).")
    private Path report = Path.of("report");

    @Mixin
    private final AtOnceOptions atOnce = new AtOnceOptions();

    private final PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);

    /** Exit codes as of {@link ServiceMain}. */
    public static void main(String[] words) {
        System.exit(Commands.run(Demo::new, words));
    }

    @Override
    public Integer call() throws Exception {
        Files.createDirectories(report);
        Commands.logIn(report, "parley");
        Settings environment = Settings.from(System.getenv());
        environment.require(Setting.PARLEY_MODELS);
        ModelStore models = new ModelStore(Path.of(environment.text(Setting.PARLEY_MODELS)));
        @Nullable
        Sound recording = caller == null ? null : Resampler.resample(WavFile.read(caller), Frames.SAMPLE_RATE);
        Path folder = Files.createTempDirectory("parley-demo");
        say(
                "One whole call, in one process: a Kafka broker, a simulated Asterisk, and the five services. Nothing leaves this machine.");
        long started = System.nanoTime();
        try (Engines engines = Engines.open(
                models,
                environment.text(Setting.ASR_ENGINE),
                language.equals("en") ? environment.text(Setting.TTS_ENGINE) : "espeak-ng",
                language)) {
            say(String.format(
                    Locale.ROOT,
                    "Engines are loaded: Silero hears, %s recognises, %s speaks (%.1f s).",
                    engines.recogniser().name(),
                    engines.synthesiser().name(),
                    seconds(started)));
            ScriptedCaller scene = recording == null
                    ? Scene.repertoire(new Phrases(models, engines.synthesiser(), engines.recogniser()))
                    : Scene.recording(recording);
            try (DevStack stack = DevStack.start(folder, settings(folder), engines)) {
                say(String.format(
                        Locale.ROOT,
                        "Broker and services are up (%.1f s). The caller dials. Columns: time in the call, age of the news when it could be read from Kafka, who, what.",
                        seconds(started)));
                return hold(stack, scene, recording == null);
            }
        } finally {
            delete(folder);
        }
    }

    private Map<String, String> settings(Path folder) throws IOException {
        Map<String, String> settings = new HashMap<>();
        for (String name : List.of(
                "PARLEY_MODELS",
                "ASR_ENGINE",
                "TTS_ENGINE",
                "PLAYBACK",
                "VAD_SILENCE_TIMEOUT",
                "SPEECH_SILENCE_TIMEOUT",
                "CHUNK_STREAMING_SECONDS",
                "BARGE_IN_SUSPECT_MS",
                "BARGE_IN_GUARD_MS",
                "BARGE_IN_STOP_MS")) {
            String value = System.getenv(name);
            if (value != null) settings.put(name, value);
        }
        settings.put("BOT_LANGUAGE", language);
        settings.put("CALL_INACTIVITY_TIMEOUT", Long.toString(IDLE_TIMEOUT.toSeconds()));
        settings.put("CHANNEL_MONITOR_INTERVAL", Long.toString(MONITOR_INTERVAL.toSeconds()));
        if (agent != null) {
            settings.put("AGENT_SCRIPT", agent.toString());
        } else if (language.equals("en")) {
            Path script = folder.resolve("demo-en.yaml");
            try (InputStream yaml = Demo.class.getResourceAsStream("demo-en.yaml")) {
                if (yaml == null) throw new IllegalStateException("demo-en.yaml is missing from the jar");
                Files.copy(yaml, script);
            }
            settings.put("AGENT_SCRIPT", script.toString());
        }
        settings.put(
                "GREETING",
                language.equals("ru")
                        ? "Здравствуйте! Говорит Парли. Начнём?"
                        : "Hello, this is Parley. Shall we begin?");
        return settings;
    }

    private int hold(DevStack stack, ScriptedCaller scene, boolean repertoire) throws Exception {
        LivePrinter printer = new LivePrinter(out, System.console() != null);
        try (Timeline timeline = new Timeline(stack.clientSettings(), printer::accept)) {
            Instant idleDialled = Instant.now();
            SimulatedCall idleCall = stack.asterisk().dial("+15550000", "100", language);
            SimulatedCall call = stack.asterisk().dial("+15551234", "100", language);
            String callId = DevStack.ASTERISK + "~" + call.channelId();
            printer.follow(callId);
            HeldCall held = HeldCall.hold(scene, call, timeline, () -> callId, out);
            Optional<Duration> idleLength = Optional.empty();
            if (repertoire) {
                Duration left = Duration.between(
                        Instant.now(),
                        idleDialled.plus(IDLE_TIMEOUT).plus(MONITOR_INTERVAL).plusSeconds(2));
                if (idleCall.awaitEnd(left.isNegative() ? Duration.ZERO : left))
                    idleLength = Optional.of(Frames.duration(idleCall.frames()));
            } else {
                idleCall.hangUp();
            }
            Judge judge = held.judge(stack.settings().seconds(Setting.VAD_SILENCE_TIMEOUT), atOnce.limits());
            if (repertoire) {
                held.judgeRepertoire(judge, stack.settings().number(Setting.CHUNK_STREAMING_SECONDS));
                judge.idle(idleLength, IDLE_TIMEOUT, MONITOR_INTERVAL);
            } else {
                held.judgeRecording(judge);
            }
            return held.report(report, timeline.entries(), callId, judge, out);
        }
    }

    private void say(String text) {
        out.println(text);
    }

    private static double seconds(long startedNanos) {
        return (System.nanoTime() - startedNanos) / 1e9;
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) Files.deleteIfExists(file);
        }
    }
}
