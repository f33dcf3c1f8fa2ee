package dev.parley.devstack.soak;

import dev.parley.audio.Sound;
import dev.parley.devstack.audit.CallVerdict;
import dev.parley.devstack.audit.CallView;
import dev.parley.devstack.audit.Entry;
import dev.parley.devstack.audit.Latencies;
import dev.parley.devstack.audit.Timeline;
import dev.parley.records.CallEvent;
import dev.parley.records.CallEventType;
import dev.parley.records.PlaybackEvent;
import dev.parley.records.PlaybackEventType;
import dev.parley.runtime.ServiceMain;
import dev.parley.runtime.Unavailable;
import dev.parley.runtime.config.BadSettings;
import dev.parley.runtime.config.Setting;
import dev.parley.runtime.config.Settings;
import dev.parley.schemas.Topic;
import dev.parley.schemas.Topics;
import dev.parley.testkit.caller.Heard;
import dev.parley.testkit.caller.Recordings;
import dev.parley.testkit.caller.Said;
import dev.parley.testkit.caller.ScriptFailure;
import dev.parley.testkit.caller.ScriptedCaller;
import dev.parley.testkit.caller.Sounds;
import dev.parley.testkit.sip.SipCall;
import dev.parley.testkit.sip.SipPhone;
import dev.parley.testkit.sip.SipRefused;
import java.io.PrintStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Holds calls over SIP against a stack in containers while that is treated badly, and judges every one of them. Exit code 1 when anything was wrong. */
@Command(
        name = "soak",
        mixinStandardHelpOptions = true,
        description =
                "Holds calls over SIP against the compose stack, several at once, for a while; kills containers at random meanwhile; judges every call.")
public final class Soak implements Callable<Integer> {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration BOT_FINISHED = Duration.ofMillis(900);
    private static final int BOT_QUIET_MS = 250;
    private static final Duration SETTLED = Duration.ofSeconds(15);
    private static final Duration REDIAL = Duration.ofSeconds(1);
    /** Each lane has an extension of its own, from 110 on. */
    private static final int MOST_CALLS = 40;

    private static final List<String> SAID = List.of(
            "agent-alreadyon",
            "auth-incorrect",
            "ss-noservice",
            "pbx-invalid",
            "privacy-unident",
            "dir-instr",
            "conf-onlyperson",
            "demo-enterkeywords",
            "tt-allbusy",
            "demo-nogo",
            "demo-moreinfo",
            "demo-thanks");
    /** What the services say to one another without a word about the call's course is left unread. */
    private static final List<Topic<?>> READ = List.of(
            Topics.CALL_EVENTS,
            Topics.PLAYBACK_EVENTS,
            Topics.SPEECH_EVENTS,
            Topics.TRANSCRIPTS,
            Topics.REPLIES,
            Topics.REPLY_HEARD,
            Topics.BARGE_IN);

    @Option(names = "--minutes", defaultValue = "3", description = "How long (default: ${DEFAULT-VALUE}).")
    private double minutes = 3;

    @Option(
            names = "--calls",
            defaultValue = "3",
            description = "Calls at once (default: ${DEFAULT-VALUE}, 40 at most).")
    private int calls = 3;

    @Option(names = "--turns", defaultValue = "4", description = "Turns in each call (default: ${DEFAULT-VALUE}).")
    private int turns = 4;

    @Option(names = "--no-havoc", description = "Kill nothing.")
    private boolean peaceful;

    @Option(names = "--seed", description = "Repeats the choices of a run.")
    private long seed = System.nanoTime();

    @Option(
            names = "--project",
            defaultValue = "parley",
            description = "The compose project (default: ${DEFAULT-VALUE}).")
    private String project = "parley";

    @Option(
            names = "--report",
            paramLabel = "DIR",
            defaultValue = "report/soak",
            description = "Where the records of calls with a fault go (default: ${DEFAULT-VALUE}).")
    private Path report = Path.of("report/soak");

    private final PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    private final Latencies latencies = new Latencies();
    private final List<String> faults = Collections.synchronizedList(new ArrayList<>());
    private final Map<String, String> callIds = new ConcurrentHashMap<>();
    private final AtomicInteger held = new AtomicInteger();
    private final AtomicInteger said = new AtomicInteger();
    private final AtomicInteger interruptions = new AtomicInteger();
    private final AtomicInteger unheard = new AtomicInteger();

    /** Exit codes as of {@link ServiceMain}; 1 where something was wrong. */
    public static void main(String[] words) {
        System.setProperty("log4j2.configurationFile", "demo-log4j2.properties");
        System.exit(new CommandLine(new Soak()).execute(words));
    }

    @Override
    public Integer call() throws Exception {
        try {
            Files.createDirectories(report);
            System.setProperty("parley.log", report.resolve("soak.log").toString());
            return soak();
        } catch (BadSettings e) {
            out.println("soak: " + e.getMessage());
            return ServiceMain.BAD_SETTINGS;
        } catch (Unavailable | SipRefused e) {
            out.println("soak: " + e.getMessage());
            return ServiceMain.UNAVAILABLE;
        }
    }

    private int soak() throws Exception {
        if (calls < 1 || calls > MOST_CALLS) {
            throw new BadSettings(List.of("--calls " + calls + " must be 1 to " + MOST_CALLS));
        }
        Settings settings = Settings.from(System.getenv());
        String password = Optional.ofNullable(System.getenv("SIP_PASSWORD"))
                .orElseThrow(() -> new Unavailable("SIP_PASSWORD, the password of the phone 'alice', is not set"));
        Recordings human = Recordings.find("en")
                .orElseThrow(() ->
                        new Unavailable("PARLEY_SOUNDS is not set, so there is nothing to say; ./parley soak sets it"));
        Compose compose = new Compose(project);
        List<String> asterisk = compose.containers("asterisk");
        if (asterisk.isEmpty()) {
            throw new Unavailable("no Asterisk of the compose project '" + project + "' runs: ./parley up");
        }
        Duration length = Duration.ofMillis((long) (minutes * 60_000));
        out.printf(
                Locale.ROOT,
                "soak: %d calls at once for %.1f minutes%s (--seed %d)%n",
                calls,
                minutes,
                peaceful ? ", nothing is killed" : "",
                seed);
        Leaks leaks = new Leaks(compose);
        try (Timeline timeline = Timeline.since(Instant.now(), settings, READ, this::started);
                SipPhone phone = new SipPhone(
                        new InetSocketAddress(compose.address(asterisk.getFirst()), 5060), "alice", password)) {
            Havoc havoc = new Havoc(compose, seed, length, out);
            Thread destroyer = Thread.ofPlatform().name("havoc").unstarted(havoc);
            if (!peaceful) {
                destroyer.start();
            }
            long end = System.nanoTime() + length.toNanos();
            List<Thread> lanes = new ArrayList<>();
            for (int lane = 0; lane < calls; lane++) {
                String extension = Integer.toString(110 + lane);
                Random random = new Random(seed + lane);
                lanes.add(Thread.ofPlatform().name("lane-" + extension).start(() -> {
                    while (System.nanoTime() < end) {
                        hold(
                                phone,
                                extension,
                                script(human, random),
                                timeline,
                                settings.seconds(Setting.VAD_SILENCE_TIMEOUT),
                                havoc);
                    }
                }));
            }
            for (Thread lane : lanes) {
                lane.join();
            }
            destroyer.interrupt();
            destroyer.join();
            havoc.failure().ifPresent(failure -> wrong("havoc", failure));
            Thread.sleep(SETTLED);
            return tell(havoc, leaks);
        }
    }

    /** One call; what was wrong with it is noted. */
    private void hold(
            SipPhone phone, String extension, ScriptedCaller script, Timeline timeline, Duration silence, Havoc havoc) {
        callIds.remove(extension);
        SipCall call;
        try {
            call = phone.dial(extension, Duration.ofSeconds(20));
        } catch (SipRefused e) {
            wrong(extension, "a call was not taken: " + e.getMessage());
            LockSupport.parkNanos(REDIAL.toNanos());
            return;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return;
        }
        Heard heard;
        List<String> wrong = new ArrayList<>();
        try {
            heard = script.run(call);
        } catch (ScriptFailure e) {
            heard = e.heard();
            wrong.add("the caller could not go on: " + e.getMessage());
            call.hangUp();
        }
        held.incrementAndGet();
        said.addAndGet(heard.said().size());
        measure(heard, silence);
        Heard hearable = without(heard, havoc);
        wrong.addAll(oldSound(hearable, silence));
        String callId = callIds.get(extension);
        if (callId == null) {
            wrong.add("the topics know nothing of it");
        } else {
            CallView view = ended(timeline, callId);
            wrong.addAll(verdict(view, hearable).faults());
            if (!wrong.isEmpty()) {
                keep(callId, view);
            }
        }
        String name = callId == null ? extension : callId;
        wrong.forEach(fault -> wrong(name, fault));
    }

    private void wrong(String name, String fault) {
        faults.add(name + ": " + fault);
        out.println("  FAULT " + name + ": " + fault);
    }

    private ScriptedCaller script(Recordings human, Random random) {
        ScriptedCaller script =
                ScriptedCaller.script().waitForBotToSpeak(PATIENCE).waitForBotSilence(BOT_FINISHED, PATIENCE);
        boolean interrupt = false;
        for (int turn = 0; turn < turns; turn++) {
            String name = SAID.get(random.nextInt(SAID.size()));
            Sound sound = Sounds.trimmed(human.named(name).sound());
            String label = turn + " " + name + (interrupt ? " (interrupts)" : "");
            script = interrupt ? script.interruptAfter(Duration.ofMillis(800), label, sound) : script.say(label, sound);
            script = script.waitForBotToSpeak(PATIENCE);
            interrupt = random.nextInt(3) == 0;
            if (!interrupt) {
                script = script.waitForBotSilence(BOT_FINISHED, PATIENCE);
            }
        }
        return script.waitForBotSilence(BOT_FINISHED, PATIENCE).hangUp();
    }

    private void measure(Heard heard, Duration silence) {
        synchronized (latencies) {
            for (Said one : heard.said()) {
                heard.silenceBeforeBotSound(one)
                        .ifPresent(millis -> latencies.add("endOfTurnToSound", millis - silence.toMillis()));
                if (one.label().endsWith("(interrupts)")) {
                    interruptions.incrementAndGet();
                    heard.voiceToSilence(one, BOT_QUIET_MS)
                            .ifPresent(millis -> latencies.add("bargeInToSilence", millis));
                }
            }
        }
    }

    /** Without what was said while no gateway could hear it: that no service can save. */
    private Heard without(Heard heard, Havoc havoc) {
        List<Said> could = heard.said().stream()
                .filter(one -> !havoc.wasDeaf(
                        heard.instantOfFrame(one.firstFrame()),
                        heard.instantOfFrame(Math.min(
                                        one.firstFrame() + one.frames(),
                                        heard.received().frames() - 1))
                                .plus(PATIENCE.dividedBy(10))))
                .toList();
        unheard.addAndGet(heard.said().size() - could.size());
        return new Heard(heard.sent(), heard.received(), could);
    }

    /** Packets of a stopped answer, from the bot's silence on until a new answer can be there. */
    private List<String> oldSound(Heard heard, Duration silence) {
        List<String> found = new ArrayList<>();
        for (Said one : heard.said()) {
            heard.lastBotFrameAfterOnset(one, BOT_QUIET_MS).ifPresent(last -> {
                int newAnswer = (int) ((one.lastVoiced() / 8.0 + silence.toMillis() - 60) / 20);
                int stray = 0;
                for (int frame = last + 1;
                        frame < Math.min(newAnswer, heard.received().frames());
                        frame++) {
                    if (heard.received().present(frame)) stray++;
                }
                if (stray > 0) {
                    found.add("old sound: " + stray + " packets of the bot after it was silenced by '" + one.label()
                            + "'");
                }
            });
        }
        return found;
    }

    private void started(Entry entry) {
        if (entry.value() instanceof CallEvent event && event.getStarted() != null) {
            callIds.put(event.getStarted().getCalled(), event.getCallId());
        }
    }

    /** Waits until the call's end is on the topics. */
    private static CallView ended(Timeline timeline, String callId) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            CallView view = new CallView(timeline.entries(), callId);
            if (System.nanoTime() > deadline
                    || view.records(CallEvent.class).anyMatch(event -> event.getType() == CallEventType.ENDED)) {
                return view;
            }
            try {
                Thread.sleep(200);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return view;
            }
        }
    }

    private static CallVerdict verdict(CallView view, Heard heard) {
        @Nullable
        CallEvent start = view.records(CallEvent.class)
                .filter(event -> event.getStarted() != null)
                .findFirst()
                .orElse(null);
        List<CallVerdict.Play> plays = view.records(PlaybackEvent.class)
                .filter(event -> event.getType() == PlaybackEventType.QUEUED
                        && event.getHttpStatus() != null
                        && event.getHttpStatus() / 100 == 2)
                .map(event -> new CallVerdict.Play(
                        event.getPlaybackId(), Instant.EPOCH.plus(event.getAt(), ChronoUnit.MICROS)))
                .toList();
        return CallVerdict.of(
                heard,
                view.entries(),
                plays,
                start == null ? 0 : start.getStarted().getFrameZeroAt());
    }

    private void keep(String callId, CallView view) {
        try {
            Timeline.write(report.resolve(callId.replace('~', '-') + ".jsonl"), view.entries());
        } catch (java.io.IOException e) {
            out.println("  could not keep " + callId + ": " + e.getMessage());
        }
    }

    private int tell(Havoc havoc, Leaks leaks) {
        List<String> table = new ArrayList<>();
        leaks.found(table).forEach(leak -> {
            faults.add(leak);
            out.println("  FAULT " + leak);
        });
        out.println();
        out.printf(
                Locale.ROOT,
                "  %d calls, %d things said, %d of them over the bot, %d while no gateway could hear them (not judged); %d acts of havoc%n",
                held.get(),
                said.get(),
                interruptions.get(),
                unheard.get(),
                havoc.done().size());
        for (String name : List.of("endOfTurnToSound", "bargeInToSilence")) {
            List<Double> values = latencies.of(name);
            if (!values.isEmpty()) {
                out.printf(
                        Locale.ROOT,
                        "  %-18s p50 %6.0f ms   p99 %6.0f ms   n %d%n",
                        name,
                        Latencies.percentile(values, 0.5),
                        Latencies.percentile(values, 0.99),
                        values.size());
            }
        }
        table.forEach(out::println);
        out.println();
        out.println(
                faults.isEmpty()
                        ? "Nothing was wrong."
                        : faults.size() + " FAULT(S); the records of those calls are in " + report);
        return faults.isEmpty() && held.get() > 0 ? 0 : 1;
    }
}
