package dev.parley.gateway.ari;

import dev.parley.gateway.domain.CallPhase;
import dev.parley.records.CallCommand;
import dev.parley.records.CallCommandType;
import dev.parley.records.CallEventType;
import java.util.Collection;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Does what one call is told to, each command once: that a command was taken is written to call.events before it is done, and a gateway
 * that takes the call over reads it there. What is not done is answered there too, with the reason. Saying is the agent's, who reads the
 * same topic. Lives on the
 * call's event loop.
 */
final class CallCommands {
    private static final Logger LOG = LoggerFactory.getLogger(CallCommands.class);

    /** What was wanted so long ago is wanted no more; but a call that is to end ends, however late. */
    private static final long TOO_OLD_MICROS = 30_000_000;

    private static final Pattern DIGITS = Pattern.compile("[0-9A-Da-d*#]{1,64}");
    private static final String ACCEPTED = "accepted";

    private final Call call;
    private final Exchange exchange;
    private final Set<String> done = new HashSet<>();

    CallCommands(Call call, Exchange exchange) {
        this.call = call;
        this.exchange = exchange;
    }

    /** Commands that a process before this one has taken. */
    void wereDone(Collection<String> ids) {
        done.addAll(ids);
    }

    void take(CallCommand command) {
        boolean forCalls = command.getType() != CallCommandType.ORIGINATE
                && command.getType() != CallCommandType.UNKNOWN
                && !command.getIssuedBy().equals(CallRecords.GATEWAY);
        if (!forCalls || call.phase() == CallPhase.ENDED) {
            return;
        }
        if (!done.add(command.getId())) {
            if (command.getType() == CallCommandType.HANG_UP) {
                call.hangUp("command"); // Taken by a process that died before it was done.
            }
            return;
        }
        String refusal = refusal(command).orElse(ACCEPTED);
        call.records()
                .publish(call.records()
                        .event(CallEventType.COMMANDED)
                        .setCommandId(command.getId())
                        .setReason(refusal));
        LOG.atInfo()
                .addKeyValue("callId", call.id())
                .addKeyValue("command", command.getId())
                .addKeyValue("type", command.getType())
                .addKeyValue("by", command.getIssuedBy())
                .log(refusal);
        if (refusal.equals(ACCEPTED)) {
            carryOut(command);
        }
    }

    private Optional<String> refusal(CallCommand command) {
        String argument = command.getArgument();
        if (command.getType() == CallCommandType.HANG_UP) {
            return Optional.empty();
        }
        if (call.now() - command.getAt() > TOO_OLD_MICROS) {
            return Optional.of("too-old");
        }
        boolean understood =
                switch (command.getType()) {
                    case TRANSFER -> exchange.rules().dial().endpoint(argument).isPresent();
                    case SEND_DIGITS -> DIGITS.matcher(argument).matches();
                    default -> !argument.isBlank();
                };
        if (!understood) {
            return Optional.of("bad-argument");
        }
        boolean now =
                command.getType() != CallCommandType.TRANSFER || !call.absence().isTransferring();
        return now && call.phase() != CallPhase.HANGING_UP ? Optional.empty() : Optional.of("not-now");
    }

    private void carryOut(CallCommand command) {
        switch (command.getType()) {
            case HANG_UP -> call.hangUp("command");
            case TRANSFER ->
                exchange.rules().dial().endpoint(command.getArgument()).ifPresent(call.absence()::transfer);
            case SEND_DIGITS ->
                exchange.ari()
                        .channels()
                        .sendDigits(call.channelId(), command.getArgument())
                        .onComplete(result -> {
                            if (result.failed() || !result.result().done()) {
                                LOG.atWarn()
                                        .addKeyValue("callId", call.id())
                                        .addKeyValue("command", command.getId())
                                        .log("Digits could not be sent");
                            }
                        });
            case SAY, ORIGINATE, UNKNOWN -> {}
        }
    }
}
