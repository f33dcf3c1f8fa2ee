package dev.parley.devstack.demo;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.parley.audio.Frames;
import dev.parley.audio.Resampler;
import dev.parley.audio.Sound;
import dev.parley.audio.UnusableAudio;
import dev.parley.audio.WavFile;
import dev.parley.devstack.DevStack;
import dev.parley.devstack.Engines;
import dev.parley.devstack.audit.CallView;
import dev.parley.devstack.audit.Entry;
import dev.parley.devstack.audit.Timeline;
import dev.parley.records.AudioFrame;
import dev.parley.records.CallEvent;
import dev.parley.records.CallEventType;
import dev.parley.runtime.ServiceMain;
import dev.parley.runtime.Unavailable;
import dev.parley.runtime.config.BadSettings;
import dev.parley.runtime.config.Setting;
import dev.parley.runtime.config.Settings;
import dev.parley.speech.EngineProblem;
import dev.parley.speech.ModelProblem;
import dev.parley.speech.ModelStore;
import dev.parley.testkit.asterisk.SimulatedCall;
import dev.parley.testkit.caller.Heard;
import dev.parley.testkit.caller.ScriptFailure;
import dev.parley.testkit.caller.ScriptedCaller;
import dev.parley.testkit.line.LineRecording;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
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

    private final PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);

    /** Exit codes as of {@link ServiceMain}. */
    public static void main(String[] words) {
        System.setProperty("log4j2.configurationFile", "demo-log4j2.properties");
        System.exit(new CommandLine(new Demo()).execute(words));
    }

    @Override
    public Integer call() throws Exception {
        try {
            return hold();
        } catch (UnusableAudio | BadSettings e) {
            out.println("demo: " + e.getMessage());
            return ServiceMain.BAD_SETTINGS;
        } catch (ModelProblem | EngineProblem | Unavailable e) {
            out.println("demo: " + e.getMessage());
            return ServiceMain.UNAVAILABLE;
        }
    }

    private int hold() throws Exception {
        Files.createDirectories(report);
        System.setProperty("parley.log", report.resolve("parley.log").toString());
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
            Heard heard;
            boolean scriptHeld = true;
            try {
                heard = scene.run(call);
            } catch (ScriptFailure e) {
                out.println("demo: the caller could not go on: " + e.getMessage());
                heard = e.heard();
                scriptHeld = false;
            }
            call.awaitEnd(Duration.ofSeconds(15));
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
            settle(timeline, callId);
            return judge(stack, timeline.entries(), callId, heard, scriptHeld, repertoire, idleLength);
        }
    }

    /** Waits until the end of the call can be read back, and what comes with it. */
    private static void settle(Timeline timeline, String callId) throws InterruptedException {
        Instant deadline = Instant.now().plusSeconds(10);
        while (Instant.now().isBefore(deadline)
                && timeline.entries().stream()
                        .noneMatch(entry -> entry.key().equals(callId)
                                && entry.value() instanceof CallEvent event
                                && event.getType() == CallEventType.ENDED)) {
            Thread.sleep(50);
        }
        Thread.sleep(500);
    }

    private int judge(
            DevStack stack,
            List<Entry> entries,
            String callId,
            Heard heard,
            boolean scriptHeld,
            boolean repertoire,
            Optional<Duration> idleLength)
            throws IOException {
        CallView call = new CallView(entries, callId);
        FrameMap frames = frames(call, heard);
        Settings settings = stack.settings();
        Judge judge = new Judge(heard, call, frames, settings.seconds(Setting.VAD_SILENCE_TIMEOUT));
        judge.greeting();
        if (scriptHeld && repertoire) {
            judge.answeredAtOnce(Scene.YES, "a short yes goes through at once");
            judge.longSpeech(Scene.STORY, settings.number(Setting.CHUNK_STREAMING_SECONDS));
            judge.answeredAtOnce(Scene.STORY, "long speech is answered at once");
            judge.pauseKept(Scene.PAUSE, 1.7);
            judge.humPassed(Scene.HUM);
            judge.interrupted(Scene.INTERRUPTION);
            judge.answeredAtOnce(Scene.INTERRUPTION, "the interruption is answered");
            judge.endedBy("command");
            judge.idle(idleLength, IDLE_TIMEOUT, MONITOR_INTERVAL);
        } else if (scriptHeld) {
            judge.answeredAtOnce(Scene.RECORDING, "the recording is answered at once");
        }
        judge.nothingLost(Scene.HUM);
        judge.answeredOnce();
        return write(entries, callId, call, heard, frames.frameZero(), judge, scriptHeld);
    }

    static FrameMap frames(CallView call, Heard heard) {
        return new FrameMap(heard.sent(), call.records(AudioFrame.class));
    }

    private int write(
            List<Entry> entries,
            String callId,
            CallView call,
            Heard heard,
            int frameZero,
            Judge judge,
            boolean scriptHeld)
            throws IOException {
        Files.createDirectories(report);
        Sound left = fromFrame(heard.sent(), frameZero);
        Sound right = fromFrame(heard.received(), frameZero);
        Path wav = report.resolve("call.wav");
        WavFile.writeStereo(wav, left, right);
        Timeline.write(report.resolve("timeline.jsonl"), entries);
        ObjectMapper json = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);
        ObjectNode summary = json.createObjectNode();
        summary.set("checks", json.valueToTree(judge.checks()));
        summary.set("latencyMs", judge.latencies().toJson());
        json.writeValue(report.resolve("summary.json").toFile(), summary);
        Report.write(report.resolve("report.html"), callId, call, judge.checks(), judge.latencies(), left, right, wav);
        out.println();
        for (Check check : judge.checks())
            out.printf("  %s %s: %s%n", check.passed() ? "✓" : "✗", check.name(), check.detail());
        out.println();
        judge.latencies().toJson().properties().stream()
                .filter(entry -> entry.getValue().path("n").asInt() > 0)
                .forEach(entry -> out.printf(
                        Locale.ROOT,
                        "  %-18s p50 %6.0f ms   p99 %6.0f ms   n %d%n",
                        entry.getKey(),
                        entry.getValue().path("p50").asDouble(),
                        entry.getValue().path("p99").asDouble(),
                        entry.getValue().path("n").asInt()));
        long failed = judge.checks().stream().filter(check -> !check.passed()).count() + (scriptHeld ? 0 : 1);
        out.println();
        say(
                failed == 0
                        ? "Everything held. " + report.resolve("report.html") + " shows and plays the call."
                        : failed + " check(s) FAILED. " + report.resolve("report.html") + " shows and plays the call.");
        return failed == 0 ? 0 : 1;
    }

    private static Sound fromFrame(LineRecording line, int frame) {
        return Sound.ofLine(Arrays.copyOfRange(
                line.samples(), Math.min(line.samples().length, frame * Frames.SAMPLES), line.samples().length));
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
