package dev.parley.devstack.demo;

import dev.parley.audio.Frames;
import dev.parley.audio.Resampler;
import dev.parley.audio.WavFile;
import dev.parley.devstack.Commands;
import dev.parley.devstack.Engines;
import dev.parley.devstack.audit.Entry;
import dev.parley.devstack.audit.Timeline;
import dev.parley.records.CallEvent;
import dev.parley.runtime.ServiceMain;
import dev.parley.runtime.Unavailable;
import dev.parley.runtime.config.Setting;
import dev.parley.runtime.config.Settings;
import dev.parley.speech.ModelStore;
import dev.parley.testkit.caller.Heard;
import dev.parley.testkit.caller.ScriptFailure;
import dev.parley.testkit.caller.ScriptedCaller;
import dev.parley.testkit.sip.SipCall;
import dev.parley.testkit.sip.SipPhone;
import java.io.PrintStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * Calls the bot over SIP, as a telephone does: speaks a recording, or holds the demo's whole conversation and has it judged. What the
 * topics say is shown and judged where KAFKA_BOOTSTRAP_SERVERS says how to read them.
 */
@Command(
        name = "call",
        mixinStandardHelpOptions = true,
        description =
                "Calls the bot over SIP. With --speak: speaks a recording. Without: holds the demo's conversation (AGENT_SCRIPT=examples/demo-en.yaml) and judges it.")
public final class PlaceCall implements Callable<Integer> {
    private static final Duration ANSWERED_WITHIN = Duration.ofSeconds(15);
    private static final Duration IDLE_AT_MOST = Duration.ofSeconds(90);
    private static final String IDLE_EXTENSION = "102";
    private static final int SIP_PORT = 5060;

    @Option(
            names = "--at",
            paramLabel = "HOST[:PORT]",
            defaultValue = "localhost",
            description = "Where Asterisk listens for SIP over UDP (default: ${DEFAULT-VALUE}, port 5060).")
    private String at = "localhost";

    @Option(names = "--user", defaultValue = "alice", description = "The phone's name (default: ${DEFAULT-VALUE}).")
    private String user = "alice";

    @Option(
            names = "--extension",
            defaultValue = "100",
            description = "What is dialled (default: ${DEFAULT-VALUE}, the bot).")
    private String extension = "100";

    @Option(
            names = "--speak",
            paramLabel = "FILE.wav",
            description = "Speaks this after the greeting, and hangs up after the answer.")
    private @Nullable Path speak;

    @Option(
            names = "--record",
            paramLabel = "OUT.wav",
            description = "Keeps the call: the caller on the left, the bot on the right.")
    private @Nullable Path record;

    @Option(
            names = "--report",
            paramLabel = "DIR",
            defaultValue = "report",
            description = "Where the report goes when the topics can be read (default: ${DEFAULT-VALUE}).")
    private Path report = Path.of("report");

    @Mixin
    private final AtOnceOptions atOnce = new AtOnceOptions();

    private final PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);

    /** Exit codes as of {@link ServiceMain}; 1 where a check failed. The phone's password is in SIP_PASSWORD. */
    public static void main(String[] words) {
        System.exit(Commands.run(PlaceCall::new, words));
    }

    @Override
    public Integer call() throws Exception {
        Commands.logIn(report, "parley");
        String password = Optional.ofNullable(System.getenv("SIP_PASSWORD"))
                .orElseThrow(
                        () -> new Unavailable("SIP_PASSWORD, the password of the phone '" + user + "', is not set"));
        Settings settings = Settings.from(System.getenv());
        ScriptedCaller scene = scene(settings);
        try (SipPhone phone = new SipPhone(address(), user, password)) {
            if (System.getenv("KAFKA_BOOTSTRAP_SERVERS") == null) {
                return speakOnly(phone, scene);
            }
            return judged(phone, scene, settings);
        }
    }

    private InetSocketAddress address() {
        int colon = at.lastIndexOf(':');
        return colon < 0
                ? new InetSocketAddress(at, SIP_PORT)
                : new InetSocketAddress(at.substring(0, colon), Integer.parseInt(at.substring(colon + 1)));
    }

    private ScriptedCaller scene(Settings settings) {
        if (speak != null) {
            return Scene.recording(Resampler.resample(WavFile.read(speak), Frames.SAMPLE_RATE));
        }
        settings.require(Setting.PARLEY_MODELS);
        ModelStore models = new ModelStore(Path.of(settings.text(Setting.PARLEY_MODELS)));
        try (Engines engines = Engines.open(models, "moonshine", "piper", "en")) {
            return Scene.repertoire(new Phrases(models, engines.synthesiser(), engines.recogniser()));
        }
    }

    /** Without the topics: what was said and heard. */
    private int speakOnly(SipPhone phone, ScriptedCaller scene) throws Exception {
        SipCall call = phone.dial(extension, ANSWERED_WITHIN);
        out.println("Answered. (KAFKA_BOOTSTRAP_SERVERS is not set: the topics are not read, and nothing is judged.)");
        Heard heard;
        int code = 0;
        try {
            heard = scene.run(call);
        } catch (ScriptFailure e) {
            out.println("The caller could not go on: " + e.getMessage());
            heard = e.heard();
            code = 1;
        }
        for (var said : heard.said()) {
            out.println(heard.silenceBeforeBotSound(said)
                    .map(millis ->
                            String.format("'%s' was answered %.0f ms after its last voice.", said.label(), millis))
                    .orElse("'" + said.label() + "' was NOT answered."));
        }
        if (record != null) {
            HeldCall.record(record, heard, 0);
            out.println(record + " holds the call.");
        }
        return code;
    }

    private int judged(SipPhone phone, ScriptedCaller scene, Settings settings) throws Exception {
        LivePrinter printer = new LivePrinter(out, System.console() != null);
        NewCall arrival = new NewCall(extension);
        try (Timeline timeline = Timeline.since(Instant.now(), settings, entry -> {
            arrival.read(entry).ifPresent(printer::follow);
            printer.accept(entry);
        })) {
            Optional<SipCall> idle = idleCall(phone, settings);
            Instant idleSince = Instant.now();
            arrival.from(ChronoUnit.MICROS.between(Instant.EPOCH, idleSince));
            SipCall call = phone.dial(extension, ANSWERED_WITHIN);
            HeldCall held = HeldCall.hold(scene, call, timeline, arrival::callId, out);
            Judge judge = held.judge(settings.seconds(Setting.VAD_SILENCE_TIMEOUT), atOnce.limits());
            if (speak == null) {
                held.judgeRepertoire(judge, settings.number(Setting.CHUNK_STREAMING_SECONDS));
                if (idle.isPresent()) judgeIdle(judge, idle.get(), idleSince, settings);
            } else {
                held.judgeRecording(judge);
            }
            if (record != null) held.record(record);
            return held.report(report, held.view().entries(), arrival.callId(), judge, out);
        }
    }

    /** A second caller, who says nothing: where the time-out for that is short enough to be waited for. */
    private Optional<SipCall> idleCall(SipPhone phone, Settings settings) throws InterruptedException {
        boolean wanted = speak == null
                && settings.seconds(Setting.CALL_INACTIVITY_TIMEOUT).compareTo(IDLE_AT_MOST) <= 0;
        return wanted ? Optional.of(phone.dial(IDLE_EXTENSION, ANSWERED_WITHIN)) : Optional.empty();
    }

    private static void judgeIdle(Judge judge, SipCall idle, Instant since, Settings settings)
            throws InterruptedException {
        Duration timeout = settings.seconds(Setting.CALL_INACTIVITY_TIMEOUT);
        Duration interval = settings.seconds(Setting.CHANNEL_MONITOR_INTERVAL);
        Duration left = Duration.between(
                Instant.now(), since.plus(timeout).plus(interval).plusSeconds(5));
        boolean over = idle.awaitEnd(left.isNegative() ? Duration.ZERO : left);
        judge.idle(over ? Optional.of(Frames.duration(idle.frames())) : Optional.empty(), timeout, interval);
    }

    /** Finds the call that was just dialled among those on the topics: the first to this extension since. */
    private static final class NewCall {
        private final String extension;
        private volatile long since = Long.MAX_VALUE;
        private volatile String callId = "";

        NewCall(String extension) {
            this.extension = extension;
        }

        void from(long micros) {
            since = micros;
        }

        Optional<String> read(Entry entry) {
            if (callId.isEmpty()
                    && entry.value() instanceof CallEvent event
                    && event.getStarted() != null
                    && event.getAt() >= since
                    && event.getStarted().getCalled().equals(extension)) {
                callId = event.getCallId();
                return Optional.of(callId);
            }
            return Optional.empty();
        }

        String callId() {
            return callId;
        }
    }
}
