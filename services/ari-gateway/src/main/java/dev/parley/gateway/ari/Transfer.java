package dev.parley.gateway.ari;

import dev.parley.ari.Outcome;
import dev.parley.gateway.domain.LineName;
import dev.parley.gateway.domain.TransferFailure;
import dev.parley.gateway.domain.TransferPhase;
import io.vertx.core.Future;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One attempt to connect a caller with somebody else: a second leg is called, and bridged with the caller when it is answered. Until
 * then the caller stays where they are, so that everything that goes wrong leads back to the bot. Lives on the call's event loop.
 */
final class Transfer {
    private static final Logger LOG = LoggerFactory.getLogger(Transfer.class);
    private static final int REMOVE_ATTEMPTS = 5;
    private static final long REMOVE_PAUSE_MILLIS = 200;
    /** Asterisk ends the ringing; should it not, we do. */
    private static final long GRACE_MICROS = 5_000_000;

    private final Call call;
    private final CallAbsence absence;
    private final Exchange exchange;
    private final LineName name;
    private final String withWhom;
    private final long giveUpAt;
    private TransferPhase phase;
    private String dialStatus = "";
    private Future<?> asked = Future.succeededFuture();
    private Future<Void> removed = Future.succeededFuture();

    private Transfer(
            Call call, CallAbsence absence, Exchange exchange, LineName name, String withWhom, TransferPhase phase) {
        this.call = call;
        this.absence = absence;
        this.withWhom = withWhom;
        this.exchange = exchange;
        this.name = name;
        this.phase = phase;
        this.giveUpAt = call.now() + exchange.rules().dial().patience().toNanos() / 1_000 + GRACE_MICROS;
    }

    /** Calls an endpoint. */
    static Transfer begin(Call call, CallAbsence absence, Exchange exchange, String endpoint) {
        var transfer = new Transfer(
                call,
                absence,
                exchange,
                new LineName(call.channelId(), call.timeline().frame()),
                endpoint,
                TransferPhase.CALLING);
        transfer.dial();
        return transfer;
    }

    /** Goes on with one that a process before this one has begun. */
    static Transfer adopt(Call call, CallAbsence absence, Exchange exchange, LineName name, boolean talking) {
        return new Transfer(call, absence, exchange, name, "", talking ? TransferPhase.TALKING : TransferPhase.CALLING);
    }

    private void dial() {
        call.silence();
        call.bridge().leave().onSuccess(_ -> {
            if (phase == TransferPhase.CALLING) {
                exchange.ari().channels().ring(call.channelId());
            }
        });
        asked = exchange.ari()
                .channels()
                .originate(
                        name.legId(),
                        withWhom,
                        exchange.ari().server().application(),
                        "transfer",
                        call.caller(),
                        exchange.rules().dial().patience())
                .onComplete(result -> {
                    if (result.failed() || !result.result().done()) {
                        LOG.atWarn()
                                .addKeyValue("callId", call.id())
                                .addKeyValue(
                                        "answer",
                                        result.failed() ? result.cause().getMessage() : result.result())
                                .log("Nobody can be called there");
                        failed(TransferFailure.REFUSED);
                    }
                });
    }

    TransferPhase phase() {
        return phase;
    }

    boolean owns(String part) {
        return part.equals(name.legId()) || part.equals(name.bridgeId());
    }

    void tick(long now) {
        if (phase == TransferPhase.CALLING && now > giveUpAt) {
            failed(TransferFailure.NO_ANSWER);
        }
    }

    void dialled(String status) {
        if (!status.isEmpty()) {
            dialStatus = status;
        }
    }

    /** Whoever was called has picked up. */
    void answered() {
        if (phase != TransferPhase.CALLING) {
            return;
        }
        phase = phase.to(TransferPhase.CONNECTING);
        call.silence();
        exchange.ari().channels().stopRinging(call.channelId());
        asked = exchange.ari()
                .bridges()
                .createMixing(name.bridgeId(), name.bridgeId())
                .compose(_ ->
                        exchange.ari().bridges().addChannels(name.bridgeId(), List.of(call.channelId(), name.legId())))
                .onComplete(result -> {
                    if (phase != TransferPhase.CONNECTING) {
                        return;
                    }
                    if (result.succeeded() && result.result().done()) {
                        phase = phase.to(TransferPhase.TALKING);
                        absence.transferred(withWhom);
                    } else {
                        failed(TransferFailure.REFUSED);
                    }
                });
    }

    /** The leg is gone: nobody took the call, or, once the two have talked, it is over. */
    void legGone(int cause) {
        switch (phase) {
            case CALLING, CONNECTING -> failed(TransferFailure.of(dialStatus, cause));
            case TALKING -> {
                close();
                call.hangUp("transferred");
            }
            case OVER -> {}
        }
    }

    private void failed(TransferFailure why) {
        if (phase == TransferPhase.OVER) {
            return;
        }
        exchange.ari().channels().stopRinging(call.channelId());
        close();
        absence.transferFailed(why);
    }

    /** Takes it down; waits for what is under way. @return done when nothing of it is left, or was given up; never fails */
    Future<Void> close() {
        if (phase != TransferPhase.OVER) {
            phase = phase.to(TransferPhase.OVER);
            removed = asked.transform(_ -> Future.join(
                            remove(
                                    REMOVE_ATTEMPTS,
                                    () -> exchange.ari().channels().hangUp(name.legId())),
                            remove(
                                    REMOVE_ATTEMPTS,
                                    () -> exchange.ari().bridges().destroy(name.bridgeId()))))
                    .mapEmpty();
        }
        return removed;
    }

    private Future<Void> remove(int attemptsLeft, Supplier<Future<Outcome<Outcome.Nothing>>> request) {
        return request.get().transform(result -> {
            if (result.succeeded() && result.result().doneOrGone() || attemptsLeft == 1) {
                return Future.succeededFuture();
            }
            return exchange.vertx()
                    .timer(REMOVE_PAUSE_MILLIS, TimeUnit.MILLISECONDS)
                    .compose(_ -> remove(attemptsLeft - 1, request));
        });
    }
}
