package dev.parley.gateway;

import dev.parley.gateway.domain.CallHistory.OpenCall;
import dev.parley.gateway.kafka.Operator;
import dev.parley.records.CallCommandType;
import dev.parley.records.CallEvent;
import dev.parley.records.CallEventType;
import dev.parley.runtime.Metrics;
import dev.parley.runtime.Unavailable;
import dev.parley.runtime.config.BadSettings;
import dev.parley.runtime.config.Setting;
import dev.parley.runtime.config.Settings;
import dev.parley.runtime.kafka.KafkaConnection;
import dev.parley.schemas.CallId;
import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Tells a call what to do, lists the calls that are up, or begins one. Needs Kafka alone; what it does is on the topics. */
@Command(
        name = "call-command",
        mixinStandardHelpOptions = true,
        description = "Tells a call what to do: hang-up, transfer EXT, digits 12#, say TEXT.")
public final class CallCommandMain implements Callable<Integer> {
    /** No gateway answered, or the call did not come about. */
    private static final int NOT_DONE = 1;

    private static final Duration ANSWER_WITHIN = Duration.ofSeconds(5);
    private static final String ISSUER = "operator";
    private static final Map<String, CallCommandType> VERBS = Map.of(
            "hang-up", CallCommandType.HANG_UP,
            "transfer", CallCommandType.TRANSFER,
            "digits", CallCommandType.SEND_DIGITS,
            "say", CallCommandType.SAY);

    @Option(names = "--list", description = "The calls that are up.")
    private boolean list;

    @Option(names = "--to", paramLabel = "ENDPOINT", description = "Calls somebody: an extension, or PJSIP/name.")
    private @Nullable String to;

    @Parameters(paramLabel = "WORD", description = "The call's id, what to do, and with what.")
    private List<String> words = List.of();

    private final Settings settings;
    private final PrintStream out;

    CallCommandMain(Settings settings, PrintStream out) {
        this.settings = settings;
        this.out = out;
    }

    public static void main(String[] args) {
        try {
            System.exit(new CommandLine(new CallCommandMain(Settings.ofThisProcess(), System.out)).execute(args));
        } catch (BadSettings e) {
            System.err.println(e.getMessage());
            System.exit(78);
        }
    }

    @Override
    public Integer call() {
        CallCommandType verb = words.size() < 2 ? null : VERBS.get(words.get(1));
        if (!list && to == null && verb == null) {
            System.err.println(
                    "call-command CALL_ID hang-up|transfer EXT|digits 12#|say TEXT, or --list, or --to ENDPOINT");
            return CommandLine.ExitCode.USAGE;
        }
        try (var metrics = Metrics.inMemory();
                var kafka = KafkaConnection.open(settings, metrics);
                var operator = new Operator(kafka, ISSUER)) {
            if (list) {
                operator.calls(settings.seconds(Setting.MAX_CALL_SECONDS)).forEach(this::print);
                return CommandLine.ExitCode.OK;
            }
            return to != null
                    ? callOut(operator, to)
                    : command(operator, words.getFirst(), verb, String.join(" ", words.subList(2, words.size())));
        } catch (Unavailable e) {
            System.err.println(e.getMessage());
            return 69;
        }
    }

    private int command(Operator operator, String callId, @Nullable CallCommandType type, String argument) {
        String id = operator.command(callId, type == null ? CallCommandType.UNKNOWN : type, argument);
        Optional<String> answer = operator.answer(id, ANSWER_WITHIN);
        out.println(answer.orElse("no gateway has answered: is the call still up? (--list)"));
        return answer.filter("accepted"::equals).isPresent() ? CommandLine.ExitCode.OK : NOT_DONE;
    }

    private int callOut(Operator operator, String endpoint) {
        String callId = new CallId(settings.text(Setting.ASTERISK_NAME), "out-" + UUID.randomUUID()).toString();
        int taken = command(operator, callId, CallCommandType.ORIGINATE, endpoint);
        if (taken != CommandLine.ExitCode.OK) {
            return taken;
        }
        Optional<CallEvent> outcome =
                operator.outcome(callId, settings.seconds(Setting.RING_SECONDS).plus(ANSWER_WITHIN));
        boolean answered = outcome.filter(event -> event.getType() == CallEventType.STARTED)
                .isPresent();
        out.println(answered ? callId : outcome.map(CallEvent::getReason).orElse("nothing is known of it"));
        return answered ? CommandLine.ExitCode.OK : NOT_DONE;
    }

    private void print(OpenCall call) {
        Instant began = Instant.EPOCH.plus(call.started().getFrameZeroAt(), ChronoUnit.MICROS);
        out.printf(
                "%s  %s -> %s  %s  %d s%s%n",
                call.callId(),
                call.started().getCaller(),
                call.started().getCalled(),
                call.started().getLanguage(),
                Duration.between(began, Instant.now()).toSeconds(),
                call.heldFor().isEmpty() ? "" : "  on hold: " + String.join(", ", call.heldFor()));
    }
}
