package dev.parley.gateway.ari;

import dev.parley.gateway.domain.TransferFailure;
import dev.parley.records.CallCommand;
import dev.parley.records.CallEvent;
import dev.parley.records.CallEventType;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Calls that the bot begins: ORIGINATE names the call before there is one, by the channel that is to be made. Once it is answered it is a
 * call like any other; one that is not answered has an ENDED without a STARTED. Lives on the switchboard's event loop.
 */
final class OutboundCalls {
    private static final Logger LOG = LoggerFactory.getLogger(OutboundCalls.class);
    private static final long TOO_OLD_MICROS = 30_000_000;
    private static final String ACCEPTED = "accepted";

    private final Exchange exchange;
    private final BooleanSupplier full;
    private final Set<String> taken = new HashSet<>();
    /** By channel: the newest Dial status of those that are not answered yet. */
    private final Map<String, String> calling = new HashMap<>();

    /** @param full whether there are as many calls as may be */
    OutboundCalls(Exchange exchange, BooleanSupplier full) {
        this.exchange = exchange;
        this.full = full;
    }

    /** Commands that a process before this one has taken. */
    void wereTaken(Set<String> commandIds) {
        taken.addAll(commandIds);
    }

    void originate(CallCommand command, String channelId) {
        if (!taken.add(command.getId())) {
            return;
        }
        Optional<String> endpoint = exchange.rules().dial().endpoint(command.getArgument());
        boolean old = exchange.clock().micros() - command.getAt() > TOO_OLD_MICROS;
        String answer =
                old ? "too-old" : endpoint.isEmpty() ? "bad-argument" : full.getAsBoolean() ? "max-calls" : ACCEPTED;
        publish(command.getCallId(), CallEventType.COMMANDED, answer, command.getId());
        LOG.atInfo()
                .addKeyValue("callId", command.getCallId())
                .addKeyValue("endpoint", command.getArgument())
                .addKeyValue("by", command.getIssuedBy())
                .log(answer);
        if (!answer.equals(ACCEPTED)) {
            return;
        }
        calling.put(channelId, "");
        exchange.ari()
                .channels()
                .originate(
                        channelId,
                        endpoint.orElseThrow(),
                        exchange.ari().server().application(),
                        "outbound",
                        "",
                        exchange.rules().dial().patience())
                .onComplete(result -> {
                    if (result.failed() || !result.result().done()) {
                        LOG.atWarn()
                                .addKeyValue("callId", command.getCallId())
                                .addKeyValue(
                                        "answer",
                                        result.failed() ? result.cause().getMessage() : result.result())
                                .log("Nobody can be called there");
                        ended(channelId, 0);
                    }
                });
    }

    void dialled(String channelId, String status) {
        if (!status.isEmpty()) {
            calling.computeIfPresent(channelId, (_, _) -> status);
        }
    }

    /** @return whether it is one that we have called */
    boolean answered(String channelId) {
        return calling.remove(channelId) != null;
    }

    /** A channel is gone; one that nobody answered is told of. */
    void ended(String channelId, int cause) {
        String status = calling.remove(channelId);
        if (status != null) {
            publish(
                    Call.idOf(exchange, channelId),
                    CallEventType.ENDED,
                    TransferFailure.of(status, cause).word(),
                    null);
        }
    }

    private void publish(String callId, CallEventType type, String reason, @Nullable String commandId) {
        exchange.logs()
                .apply(callId)
                .event(CallEvent.newBuilder()
                        .setCallId(callId)
                        .setType(type)
                        .setFrame(0)
                        .setAt(exchange.clock().micros())
                        .setReason(reason)
                        .setCommandId(commandId)
                        .build());
    }
}
