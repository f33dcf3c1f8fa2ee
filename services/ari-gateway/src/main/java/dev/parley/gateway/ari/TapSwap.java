package dev.parley.gateway.ari;

import dev.parley.gateway.GatewayMeter;
import dev.parley.gateway.domain.CallPhase;
import dev.parley.gateway.domain.TapLag;
import dev.parley.gateway.domain.TapPhase;
import dev.parley.gateway.domain.VoiceNow;
import dev.parley.records.SpeechEvent;
import io.vertx.core.Future;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides when a tap that may lag gives way to a fresh one. Both run beside each other for longer than the old one can lag; as what
 * the fresh one has given meanwhile was silence, nothing but silence waits in the old one and is lost with it. Until then the old
 * one is listened to, so a fresh one that cannot be built costs nothing. Lives on the call's event loop.
 */
final class TapSwap {
    private static final Logger LOG = LoggerFactory.getLogger(TapSwap.class);
    private static final long SECOND = 1_000_000;

    private static final int QUIET_BEFORE = 15;
    private static final int QUIET_BESIDE = TapLag.MOST_FRAMES + 2;
    /** On a line that loses packets each tap soon looks late. */
    private static final long LATE_AFTER = 2 * SECOND;
    /** Nothing better than to do it now and then. */
    private static final long UNSURE_AFTER = 15 * SECOND;

    private static final long RETRY_AFTER = 5 * SECOND;
    private static final long LONGEST_BESIDE = 10 * SECOND;

    private final Call call;
    private final Exchange exchange;
    private final VoiceNow voice = new VoiceNow();
    private TapLag lag = new TapLag();
    private long since;
    private long notBefore;
    private TapLag freshLag = lag;
    private @Nullable Tap fresh;
    private long besideSince;
    private String why = "";

    TapSwap(Call call, Exchange exchange) {
        this.call = call;
        this.exchange = exchange;
    }

    void speech(SpeechEvent speech) {
        voice.told(speech.getType(), call.now());
    }

    /** Another tap is listened to from now on, of which nothing is known. */
    void begin() {
        lag = new TapLag();
        since = call.now();
        notBefore = since;
    }

    /** A frame of the tap that is listened to. @return whether a fresh tap is to be put beside it */
    boolean wantsFresh(byte[] samples) {
        long now = call.now();
        lag.heard(samples, now);
        if (fresh != null || now < notBefore || lag.quietFrames() < QUIET_BEFORE || !isCallQuiet()) {
            return false;
        }
        return switch (lag.finding()) {
            case ON_TIME -> false;
            case UNSURE -> now - since >= UNSURE_AFTER;
            case LATE -> now - since >= LATE_AFTER;
        };
    }

    /** A fresh tap is being built beside the one that is listened to. */
    void beside(Tap tap) {
        fresh = tap;
        freshLag = lag.ofFreshTap();
        besideSince = call.now();
        why = lag.finding() == TapLag.Finding.LATE ? "late" : "unsure";
    }

    boolean isFresh(Tap tap) {
        return tap == fresh;
    }

    boolean owns(String tapPart) {
        return fresh != null && fresh.owns(tapPart);
    }

    /** A frame of the fresh tap. @return whether that one is to be listened to from this frame on */
    boolean isReady(byte[] samples) {
        freshLag.heard(samples, call.now());
        return fresh != null
                && fresh.phase() == TapPhase.OPEN
                && freshLag.quietFrames() >= QUIET_BESIDE
                && lag.quietFrames() >= QUIET_BESIDE
                && isCallQuiet();
    }

    /** The fresh tap is listened to. */
    void done() {
        LOG.atDebug()
                .addKeyValue("callId", call.id())
                .addKeyValue("why", why)
                .addKeyValue("frame", call.timeline().frame())
                .log("Tap swapped");
        exchange.count(GatewayMeter.TAP_SWAPPED, "reason", why);
        fresh = null;
        lag = freshLag;
        since = besideSince;
        notBefore = since;
    }

    /** Both cannot be kept beside each other for ever: a caller who speaks without a pause is better heard late than cut. */
    boolean lastsTooLong(long now) {
        return fresh != null && now - besideSince > LONGEST_BESIDE;
    }

    /** Takes the fresh tap down again, if there is one. */
    Future<Void> giveUp() {
        Tap left = fresh;
        fresh = null;
        notBefore = call.now() + RETRY_AFTER;
        return left == null ? Future.succeededFuture() : left.close();
    }

    void abandon() {
        if (fresh != null) {
            fresh.abandon();
        }
    }

    private boolean isCallQuiet() {
        return !voice.isSpeaking(call.now())
                && !call.timeline().isHeld()
                && !call.absence().isAway()
                && (call.phase() == CallPhase.UP || call.phase() == CallPhase.LEAVING);
    }
}
