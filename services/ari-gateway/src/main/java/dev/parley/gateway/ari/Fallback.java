package dev.parley.gateway.ari;

import dev.parley.gateway.FallbackRules;
import dev.parley.gateway.GatewayMeter;
import dev.parley.gateway.domain.CallPhase;
import dev.parley.gateway.domain.ReplyWatch;
import dev.parley.records.SpeechEvent;
import dev.parley.records.SpeechEventType;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sees to it that a caller does not sit in silence, whatever has happened to the pipeline: one who waits in vain hears a sound that
 * Asterisk has by itself; who then waits in vain again is connected with the fallback extension or, where there is none, hears good-bye.
 * Needs nobody but Asterisk. Lives on the call's event loop.
 */
final class Fallback {
    private static final Logger LOG = LoggerFactory.getLogger(Fallback.class);
    private static final String CONNECTING = "pls-hold-while-try";
    private static final String GOODBYE = "vm-goodbye";
    /** What the sounds last at most. */
    private static final long SOUND_MICROS = 3_000_000;

    private static final long NEVER = Long.MAX_VALUE;

    private final Call call;
    private final Exchange exchange;
    private final FallbackRules rules;
    private final ReplyWatch watch;
    private final long after;
    private int inVain;
    private int sounds;
    private long hangUpAt = NEVER;
    private long callAt = NEVER;

    /** @param isNew whether the bot has yet to say its first word */
    Fallback(Call call, Exchange exchange, boolean isNew) {
        this.call = call;
        this.exchange = exchange;
        this.rules = exchange.rules().fallback();
        this.after = rules.after().toNanos() / 1_000;
        this.watch = new ReplyWatch(call.now(), isNew && rules.greets());
    }

    void frame(byte[] pcm, long now) {
        watch.frame(pcm, now);
    }

    void speech(SpeechEvent speech) {
        watch.listens(call.now());
        if (speech.getType() == SpeechEventType.SPEECH_STARTED
                || speech.getType() == SpeechEventType.RESUMED
                || speech.getType() == SpeechEventType.END_OF_TURN) {
            watch.spoke(call.timeline().frameZeroAt() + speech.getLastVoicedFrame() * 20_000);
        }
    }

    void listens() {
        watch.listens(call.now());
    }

    void agentRests(long at) {
        watch.rests(at);
    }

    /** For how long the caller has been waiting for the bot; 0 when for nothing. */
    long waitingMicros(long now) {
        return watch.waitingMicros(now);
    }

    void tick(long now) {
        boolean speaks = !call.timeline().playing().isEmpty();
        if (speaks || call.absence().isAway() || call.phase() != CallPhase.UP) {
            watch.notWaiting(now);
        }
        if (after > 0) {
            help(speaks, now);
        }
    }

    private void help(boolean speaks, long now) {
        if (hangUpAt != NEVER) {
            if (now >= hangUpAt) {
                call.hangUp("fallback");
            }
        } else if (callAt != NEVER) {
            if (now >= callAt) {
                callAt = NEVER;
                rules.extension().flatMap(exchange.rules().dial()::endpoint).ifPresent(call.absence()::transfer);
            }
        } else if (speaks) {
            inVain = 0;
        } else if (watch.waitingMicros(now) >= after) {
            waitedInVain(now);
        }
    }

    private void waitedInVain(long now) {
        inVain++;
        watch.begin(now + SOUND_MICROS);
        Optional<String> extension = rules.extension();
        String done = inVain == 1 ? "sound" : extension.isPresent() ? "extension" : "good-bye";
        exchange.count(GatewayMeter.FALLBACK, "what", done);
        LOG.atWarn().addKeyValue("callId", call.id()).addKeyValue("what", done).log("The caller waits in vain");
        if (inVain == 1) {
            play(rules.sound());
        } else if (extension.isPresent()) {
            play(CONNECTING);
            callAt = now + SOUND_MICROS;
        } else {
            sayGoodbye();
        }
    }

    /** The fallback extension did not take the call: there is nothing more to be done. @return whether that concerns this class */
    boolean transferFailed() {
        if (inVain > 1) {
            sayGoodbye();
        }
        return inVain > 1;
    }

    private void sayGoodbye() {
        play(GOODBYE);
        hangUpAt = call.now() + SOUND_MICROS;
    }

    private void play(String sound) {
        String id = "parley-local-" + sounds++ + "-" + call.channelId();
        exchange.ari().playbacks().play(call.channelId(), id, List.of("sound:" + sound));
    }
}
