package dev.parley.gateway.ari;

import dev.parley.ari.MediaSockets;
import dev.parley.audio.Frames;
import dev.parley.gateway.GatewayMeter;
import dev.parley.gateway.domain.TapName;
import dev.parley.gateway.domain.TapPhase;
import dev.parley.records.SpeechEvent;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps one call tapped: builds a tap, and a new one under the next epoch when it breaks, or, where it must never be silent, falls silent,
 * or lags. Lives on the call's event loop; audio of a tap that is not the present one is not published.
 */
final class TapKeeper implements Tap.Listener {
    private static final Logger LOG = LoggerFactory.getLogger(TapKeeper.class);
    private static final long SECOND = 1_000_000;

    /** A snoop sends silence when the caller sends nothing; a tap without frames for so long is broken. */
    private static final long SILENT_AFTER = 2 * SECOND;

    private static final long RETRY_AFTER = SECOND / 4;
    /** While Asterisk does not answer. The call is kept meanwhile: whether it is still up is known when the connection is back. */
    private static final long RETRY_UNREACHABLE_AFTER = SECOND;
    /** So many taps in a row without a single frame, and the call is ended: nobody would ever hear its caller. */
    private static final int MOST_FAILURES = 5;

    private final Call call;
    private final Exchange exchange;
    private final Tap.Way way;
    private final LegVoice voice;
    private final TapSwap swap;
    private final BotTap botTap;
    private final List<Future<Void>> closing = new ArrayList<>();
    private int nextEpoch;
    private @Nullable Tap tap;
    private long openedAt;
    private long lastAudioAt;
    private boolean heardAnything;
    private long retryAt = Long.MAX_VALUE;
    private int failures;
    private boolean unreachable;
    private boolean done;

    /** @param voice speaks through the taps, where they are legs */
    TapKeeper(Call call, Exchange exchange, int firstEpoch, LegVoice voice) {
        this.way = exchange.rules().stream() ? Tap.Way.LEG : Tap.Way.SNOOP;
        this.voice = voice;
        this.call = call;
        this.exchange = exchange;
        this.nextEpoch = firstEpoch;
        this.swap = new TapSwap(call, exchange);
        this.botTap = new BotTap(call, exchange);
    }

    /** Begins to listen. */
    void start() {
        if (way == Tap.Way.SNOOP && exchange.rules().botTap()) {
            botTap.open(nextEpoch);
        }
        open();
    }

    private void open() {
        retryAt = Long.MAX_VALUE;
        openedAt = call.now();
        lastAudioAt = openedAt;
        heardAnything = false;
        swap.begin();
        Tap next = newTap();
        tap = next;
        call.timeline().tapped(next.name().epoch());
        next.open();
    }

    private Tap newTap() {
        TapName name =
                new TapName(call.channelId(), nextEpoch++, call.timeline().frameZeroAt());
        return new Tap(exchange.vertx(), exchange.ari(), exchange.sockets(), way, name, this);
    }

    void speech(SpeechEvent speech) {
        swap.speech(speech);
    }

    /** Looks whether frames come, and builds anew where they do not. */
    void tick(long now) {
        if (done) {
            return;
        }
        if (swap.lastsTooLong(now)) {
            giveUpSwap("speech");
        }
        botTap.tick(now);
        if (now >= retryAt) {
            open();
        } else if (way == Tap.Way.SNOOP
                && tap != null
                && tap.phase() == TapPhase.OPEN
                && now - lastAudioAt > SILENT_AFTER) {
            replace(tap, "silent");
        }
    }

    @Override
    public void opened(Tap which, MediaSockets.MediaSocket socket) {
        if (which == tap && way == Tap.Way.LEG) {
            heard(); // A leg gives no frames while the phone sends none.
            voice.attached(socket);
        }
    }

    @Override
    public void marked(Tap which, String mark) {
        if (which == tap) {
            voice.marked(mark);
        }
    }

    @Override
    public void status(Tap which, int framesLeft) {
        if (which == tap) {
            voice.left(framesLeft);
        }
    }

    @Override
    public void audio(Tap from, byte[] samples) {
        if (from != tap && !swap.isFresh(from)) {
            return;
        }
        if (samples.length != Frames.BYTES) {
            exchange.count(GatewayMeter.FRAMES_DROPPED, "reason", "odd-size");
            return;
        }
        if (from != tap && !(swap.isReady(samples) && takeOver(from))) {
            return;
        }
        lastAudioAt = call.now();
        if (!heardAnything) {
            heardAnything = true;
            heard();
            exchange.metrics().timer(GatewayMeter.TAP_READY).record(Duration.ofNanos((lastAudioAt - openedAt) * 1_000));
        }
        call.audio(samples, way == Tap.Way.LEG ? (Float) voice.levelDb() : botTap.levelDb(lastAudioAt));
        if (way == Tap.Way.SNOOP && swap.wantsFresh(samples)) {
            Tap fresh = newTap();
            swap.beside(fresh);
            fresh.open();
        }
    }

    /** The fresh tap is listened to instead. @return whether the number of its frame is due */
    private boolean takeOver(Tap fresh) {
        Tap old = tap;
        tap = fresh;
        swap.done();
        if (old != null) {
            closing.removeIf(Future::isComplete);
            closing.add(old.close());
        }
        lastAudioAt = call.now();
        return call.timeline().swapped(fresh.name().epoch(), lastAudioAt);
    }

    private void giveUpSwap(String why) {
        closing.add(swap.giveUp());
        exchange.count(GatewayMeter.TAP_SWAP_GIVEN_UP, "reason", why);
    }

    private void heard() {
        failures = 0;
        unreachable = false;
    }

    @Override
    public void broken(Tap which, String why) {
        if (swap.isFresh(which)) {
            giveUpSwap("failed");
        } else if (which == tap && !done) {
            LOG.atWarn()
                    .addKeyValue("callId", call.id())
                    .addKeyValue("epoch", which.name().epoch())
                    .addKeyValue("why", why)
                    .log("Tap broken");
            replace(which, which.phase() == TapPhase.OPEN ? "socket" : "failed");
        }
    }

    @Override
    public void unreachable(Tap which, String why) {
        if (swap.isFresh(which)) {
            giveUpSwap("failed");
        }
        if (which != tap || done) {
            return;
        }
        if (!unreachable) {
            unreachable = true;
            LOG.atWarn()
                    .addKeyValue("callId", call.id())
                    .addKeyValue("why", why)
                    .log("Asterisk cannot be reached, the caller is not heard");
        }
        letGo(which, "unreachable");
        retryAt = call.now() + RETRY_UNREACHABLE_AFTER;
    }

    private void letGo(Tap broken, String why) {
        tap = null;
        voice.lost();
        closing.add(broken.close());
        closing.add(swap.giveUp());
        exchange.count(GatewayMeter.TAP_REBUILT, "reason", why);
    }

    private void replace(Tap broken, String why) {
        letGo(broken, why);
        if (++failures >= MOST_FAILURES) {
            call.hangUp("tap-failed");
        } else {
            retryAt = call.now() + (failures == 1 ? 0 : RETRY_AFTER * failures);
        }
    }

    /** The caller was in another bridge and is in none now: only a new leg reaches him. */
    void returned() {
        Tap left = tap;
        if (way == Tap.Way.LEG && left != null && !done) {
            tap = null;
            voice.lost();
            closing.add(left.close());
            open();
        }
    }

    @Override
    public void leftBehind(Tap which, String what) {
        exchange.count(GatewayMeter.CLEANUP_FAILED);
        LOG.atDebug()
                .addKeyValue("callId", call.id())
                .addKeyValue("epoch", which.name().epoch())
                .addKeyValue("what", what)
                .log("Could not be removed, the next sweep will");
    }

    boolean owns(String tapPart) {
        return tap != null && tap.owns(tapPart) || swap.owns(tapPart) || botTap.owns(tapPart);
    }

    /** Lets go of the media socket only; snoop and bridge stay, to be found by the next process. */
    void abandon() {
        done = true;
        swap.abandon();
        botTap.abandon();
        if (tap != null) {
            tap.abandon();
        }
    }

    Future<Void> close() {
        done = true;
        closing.add(swap.giveUp());
        closing.add(botTap.close());
        if (tap != null) {
            voice.lost();
            closing.add(tap.close());
            tap = null;
        }
        return closed();
    }

    Future<Void> closed() {
        return Future.join(closing).mapEmpty();
    }
}
