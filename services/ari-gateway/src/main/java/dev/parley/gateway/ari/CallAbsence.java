package dev.parley.gateway.ari;

import dev.parley.gateway.domain.LineName;
import dev.parley.gateway.domain.TransferFailure;
import dev.parley.records.CallEventType;
import io.vertx.core.Future;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * When the caller of one call is not with the bot: the phone holds it, or the caller is being connected with somebody else. For
 * everyone behind the topics both are a hold: nothing is listened to and nothing is said. Lives on the call's event loop.
 */
final class CallAbsence {
    private final Call call;
    private final Exchange exchange;
    private final Set<HoldReason> reasons = EnumSet.noneOf(HoldReason.class);
    private @Nullable Transfer transfer;
    private Future<Void> closed = Future.succeededFuture();

    CallAbsence(Call call, Exchange exchange) {
        this.call = call;
        this.exchange = exchange;
    }

    /**
     * Goes on where a process before this one has left it.
     *
     * @param heldFor as the topics have it
     * @param line of a transfer, where Asterisk has a part of one
     * @param answered whether they had picked up
     * @param legThere whether they are still there
     */
    void adopt(Set<String> heldFor, Optional<LineName> line, boolean answered, boolean legThere) {
        heldFor.forEach(word -> reasons.add(HoldReason.of(word)));
        if (!reasons.isEmpty()) {
            call.timeline().hold();
        }
        if (line.isPresent()) {
            hold(HoldReason.TRANSFER);
            call.bridge().leave();
            transfer = Transfer.adopt(call, this, exchange, line.get(), answered);
            if (!legThere) {
                transfer.legGone(0);
            }
        } else if (reasons.contains(HoldReason.TRANSFER)) {
            transferFailed(TransferFailure.REFUSED);
        }
    }

    void hold(HoldReason why) {
        if (reasons.add(why)) {
            call.timeline().hold();
            call.records().publish(CallEventType.HELD, why.word());
        }
    }

    void phoneUnholds() {
        unhold(HoldReason.PHONE, HoldReason.PHONE.word());
    }

    private void unhold(HoldReason why, String outcome) {
        if (reasons.remove(why) && reasons.isEmpty()) {
            call.records().frames(call.timeline().unhold(call.now()));
            call.records().publish(CallEventType.UNHELD, outcome);
        }
    }

    // ---- Transfer

    void transfer(String endpoint) {
        hold(HoldReason.TRANSFER);
        transfer = Transfer.begin(call, this, exchange, endpoint);
    }

    boolean isTransferring() {
        return transfer != null;
    }

    void dialled(String status) {
        if (transfer != null) {
            transfer.dialled(status);
        }
    }

    void legAnswered() {
        if (transfer != null) {
            transfer.answered();
        }
    }

    void legGone(int cause) {
        if (transfer != null) {
            transfer.legGone(cause);
        }
    }

    /** They talk. */
    void transferred(String withWhom) {
        call.records().publish(CallEventType.TRANSFERRED, withWhom);
    }

    /** The caller is the bot's again, and is told why. */
    void transferFailed(TransferFailure why) {
        if (transfer != null) {
            closed = transfer.close();
            transfer = null;
        }
        unhold(HoldReason.TRANSFER, why.word());
        call.returned();
        if (call.fallback().transferFailed()) {
            return;
        }
        call.records().say(why.inWords(call.language()), "transfer");
    }

    void tick(long now) {
        if (transfer != null) {
            transfer.tick(now);
        }
    }

    boolean owns(String part) {
        return transfer != null && transfer.owns(part);
    }

    /** Whether the bot cannot be heard by the caller now. */
    boolean isAway() {
        return !reasons.isEmpty();
    }

    /** The call is over. */
    void close() {
        if (transfer != null) {
            closed = transfer.close();
        }
    }

    Future<Void> closed() {
        return closed;
    }
}
