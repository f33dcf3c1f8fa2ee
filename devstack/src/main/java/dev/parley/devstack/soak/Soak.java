package dev.parley.devstack.soak;

import dev.parley.devstack.Commands;
import dev.parley.devstack.audit.Timeline;
import dev.parley.runtime.ServiceMain;
import dev.parley.runtime.Unavailable;
import dev.parley.runtime.config.BadSettings;
import dev.parley.runtime.config.Setting;
import dev.parley.runtime.config.Settings;
import dev.parley.schemas.Topic;
import dev.parley.schemas.Topics;
import dev.parley.testkit.caller.Recordings;
import dev.parley.testkit.sip.SipPhone;
import java.io.PrintStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Holds calls over SIP against a stack in containers while that is treated badly, and judges every one of them. Exit code 1 when anything was wrong. */
@Command(
        name = "soak",
        mixinStandardHelpOptions = true,
        description =
                "Holds calls over SIP against the compose stack, several at once, for a while; kills containers at random meanwhile; judges every call.")
public final class Soak implements Callable<Integer> {
    private static final Duration SETTLED = Duration.ofSeconds(15);
    /** Each lane has an extension of its own, from 110 on. */
    private static final int FIRST_EXTENSION = 110;

    private static final int MOST_CALLS = 40;

    /** What the services say to one another without a word about the call's course is left unread. */
    private static final List<Topic<?>> READ = List.of(
            Topics.CALL_EVENTS,
            Topics.PLAYBACK_EVENTS,
            Topics.SPEECH_EVENTS,
            Topics.TRANSCRIPTS,
            Topics.REPLIES,
            Topics.REPLY_HEARD,
            Topics.BARGE_IN,
            Topics.CONVERSATIONS);

    @Option(names = "--minutes", defaultValue = "3", description = "How long (default: ${DEFAULT-VALUE}).")
    private double minutes = 3;

    @Option(
            names = "--calls",
            defaultValue = "3",
            description = "Calls at once (default: ${DEFAULT-VALUE}, 40 at most).")
    private int calls = 3;

    @Option(names = "--turns", defaultValue = "4", description = "Turns in each call (default: ${DEFAULT-VALUE}).")
    private int turns = 4;

    @Option(
            names = "--over-the-bot",
            paramLabel = "SHARE",
            defaultValue = "0.33",
            description = "The share of turns that begin while the bot speaks, 0 to 1 (default: ${DEFAULT-VALUE}).")
    private double overTheBot = 0.33;

    @Option(names = "--no-havoc", description = "Kill nothing.")
    private boolean peaceful;

    @Option(names = "--seed", description = "Repeats the choices of a run.")
    private long seed = System.nanoTime();

    @Option(
            names = "--project",
            defaultValue = "${env:COMPOSE_PROJECT_NAME:-parley}",
            description = "The compose project (default: COMPOSE_PROJECT_NAME, or parley; here ${DEFAULT-VALUE}).")
    private String project = "parley";

    @Option(
            names = "--report",
            paramLabel = "DIR",
            defaultValue = "report/soak",
            description = "Where the records of calls with a fault go (default: ${DEFAULT-VALUE}).")
    private Path report = Path.of("report/soak");

    private final PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);

    /** Exit codes as of {@link ServiceMain}; 1 where something was wrong. */
    public static void main(String[] words) {
        System.exit(Commands.run(Soak::new, words));
    }

    @Override
    public Integer call() throws Exception {
        if (calls < 1 || calls > MOST_CALLS) {
            throw new BadSettings(List.of("--calls " + calls + " must be 1 to " + MOST_CALLS));
        }
        Files.createDirectories(report);
        Commands.logIn(report, "soak");
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
        Findings findings = new Findings(out);
        CallIds callIds = new CallIds();
        Deaths deaths = new Deaths(compose);
        Havoc havoc = new Havoc(compose, deaths, seed, length, settings.seconds(Setting.FALLBACK_AFTER), out);
        try (Timeline timeline = Timeline.since(Instant.now(), settings, READ, callIds);
                SipPhone phone = new SipPhone(
                        new InetSocketAddress(compose.address(asterisk.getFirst()), 5060), "alice", password)) {
            holdCalls(
                    new Lane.Shared(
                            phone,
                            human,
                            turns,
                            overTheBot,
                            settings.seconds(Setting.VAD_SILENCE_TIMEOUT),
                            timeline,
                            callIds,
                            havoc,
                            findings,
                            report),
                    System.nanoTime() + length.toNanos());
        }
        havoc.failure().ifPresent(failure -> findings.fault("havoc", failure));
        Thread.sleep(SETTLED);
        deaths.found().forEach(death -> findings.fault("stack", death));
        return tell(findings, havoc, leaks);
    }

    private void holdCalls(Lane.Shared shared, long endNanos) throws InterruptedException {
        Thread destroyer = Thread.ofPlatform().name("havoc").unstarted(shared.havoc());
        if (!peaceful) {
            destroyer.start();
        }
        List<Thread> lanes = new ArrayList<>();
        for (int lane = 0; lane < calls; lane++) {
            String extension = Integer.toString(FIRST_EXTENSION + lane);
            lanes.add(Thread.ofPlatform()
                    .name("lane-" + extension)
                    .start(new Lane(shared, extension, new Random(seed + lane), endNanos)));
        }
        for (Thread lane : lanes) {
            lane.join();
        }
        destroyer.join(); // It ends by itself, with what it has begun.
    }

    private int tell(Findings findings, Havoc havoc, Leaks leaks) {
        List<String> table = new ArrayList<>();
        leaks.found(table).forEach(leak -> findings.fault("stack", leak));
        findings.print(havoc.done().size());
        table.forEach(out::println);
        out.println();
        out.println(
                findings.isContent()
                        ? "Nothing was wrong."
                        : findings.faults() + " FAULT(S); the records of those calls are in " + report);
        return findings.isContent() ? 0 : 1;
    }
}
