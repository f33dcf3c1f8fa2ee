package dev.parley.gateway.ari;

import dev.parley.ari.MediaSockets;
import dev.parley.audio.Pcm;
import dev.parley.gateway.GatewayMeter;
import dev.parley.gateway.domain.TapName;
import dev.parley.gateway.domain.TapPhase;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hears what one caller is sent, where Asterisk plays it (PLAYBACK=ari), for the sake of its level alone: a tap of its own beside the one
 * that hears the caller. A call does without where there is none. Lives on the call's event loop.
 */
final class BotTap implements Tap.Listener {
    private static final Logger LOG = LoggerFactory.getLogger(BotTap.class);

    private static final long RETRY_AFTER = 5_000_000;
    /** A level says nothing about a moment so much later. */
    private static final long LEVEL_HOLDS = 100_000;

    private final Call call;
    private final Exchange exchange;
    private final List<Future<Void>> closing = new ArrayList<>();
    private @Nullable Tap tap;
    private long openAt = Long.MAX_VALUE;
    private float levelDb;
    private long levelAt = Long.MIN_VALUE / 2;

    BotTap(Call call, Exchange exchange) {
        this.call = call;
        this.exchange = exchange;
    }

    /** @param epoch not used by one before it in this call */
    void open(int epoch) {
        openAt = Long.MAX_VALUE;
        var name = TapName.ofBot(call.channelId(), epoch, call.timeline().frameZeroAt());
        tap = new Tap(exchange.vertx(), exchange.ari(), exchange.sockets(), Tap.Way.BOT, name, this);
        tap.open();
    }

    void tick(long now) {
        if (now >= openAt && tap != null) {
            closing.removeIf(Future::isComplete);
            open(tap.name().epoch() + 1);
        }
    }

    /** Level of what is sent to the caller now, in dB relative to full scale; null: not known. */
    @Nullable
    Float levelDb(long now) {
        return now - levelAt <= LEVEL_HOLDS ? levelDb : null;
    }

    @Override
    public void audio(Tap from, byte[] samples) {
        if (from == tap && samples.length % 2 == 0) {
            levelDb = (float) Pcm.levelDb(Pcm.fromBytes(samples));
            levelAt = call.now();
        }
    }

    @Override
    public void opened(Tap which, MediaSockets.MediaSocket socket) {
        LOG.atDebug().addKeyValue("callId", call.id()).log("The bot's level is known");
    }

    @Override
    public void broken(Tap which, String why) {
        again(which, why);
    }

    @Override
    public void unreachable(Tap which, String why) {
        again(which, why);
    }

    private void again(Tap broken, String why) {
        if (broken == tap && broken.phase() != TapPhase.CLOSING && broken.phase() != TapPhase.CLOSED) {
            LOG.atDebug()
                    .addKeyValue("callId", call.id())
                    .addKeyValue("why", why)
                    .log("Tap on the bot broken");
            closing.add(broken.close());
            openAt = call.now() + RETRY_AFTER;
        }
    }

    @Override
    public void leftBehind(Tap which, String what) {
        exchange.count(GatewayMeter.CLEANUP_FAILED);
    }

    boolean owns(String part) {
        return tap != null && tap.owns(part);
    }

    /** Lets go of its socket; the rest is left for the next process to sweep. */
    void abandon() {
        openAt = Long.MAX_VALUE;
        if (tap != null) {
            tap.abandon();
        }
    }

    /** @return done when nothing of it is left at Asterisk */
    Future<Void> close() {
        openAt = Long.MAX_VALUE;
        if (tap != null) {
            closing.add(tap.close());
        }
        return Future.join(closing).mapEmpty();
    }
}
