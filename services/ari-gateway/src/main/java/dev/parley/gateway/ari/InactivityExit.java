package dev.parley.gateway.ari;

import dev.parley.ari.Outcome;
import dev.parley.gateway.domain.CallPhase;
import dev.parley.gateway.domain.Goodbye;
import dev.parley.gateway.domain.InactivityMonitor;
import dev.parley.records.ReplyKind;
import dev.parley.records.SpeechEvent;
import dev.parley.schemas.PlaybackId;

/**
 * Ends one call in which nothing happens: warns, makes sure that the call is still there, has good-bye said, hangs up. A caller who
 * speaks up during the good-bye stays. Lives on the call's event loop.
 */
final class InactivityExit {
    /** A good-bye of several sentences is several playbacks; after a pause of this length it is over. */
    private static final long BETWEEN_SENTENCES = 300_000;

    private final Call call;
    private final Exchange exchange;
    private final InactivityMonitor monitor;
    private long goodbyeFrame = -1;
    private long leaveAt = Long.MAX_VALUE;

    InactivityExit(Call call, Exchange exchange, InactivityMonitor monitor) {
        this.call = call;
        this.exchange = exchange;
        this.monitor = monitor;
    }

    void tick(long now) {
        monitor.waiting(call.fallback().waitingMicros(now));
        if (call.phase() == CallPhase.LEAVING) {
            if (!monitor.isIdle(now)) {
                call.stays();
            } else if (now >= leaveAt) {
                call.hangUp("inactivity");
            }
        } else if (call.phase() == CallPhase.UP && now >= monitor.nextLook()) {
            switch (monitor.look(now)) {
                case NOTHING -> {}
                case ALMOST_IDLE -> call.warnIdle(monitor.idleMicros(now) / 1_000_000);
                case IDLE -> leave(now);
            }
        }
    }

    /** Instants of speech are those of its frames: how late the event comes changes nothing. */
    void speech(SpeechEvent speech) {
        monitor.listened(instantOf(speech.getFrame()));
        switch (speech.getType()) {
            case SPEECH_STARTED, RESUMED -> monitor.spoke(instantOf(speech.getLastVoicedFrame()));
            case SILENCE -> monitor.active(instantOf(speech.getLastVoicedFrame()));
            case END_OF_TURN -> monitor.fellSilent(instantOf(speech.getLastVoicedFrame()));
            default -> {}
        }
    }

    void playbackEnded(String playbackId) {
        boolean goodbye = PlaybackId.parse(playbackId)
                .filter(id -> id.kind() == ReplyKind.PROMPT && id.utterance() == goodbyeFrame)
                .isPresent();
        if (goodbye && call.phase() == CallPhase.LEAVING) {
            leaveAt = Math.min(leaveAt, call.now() + BETWEEN_SENTENCES);
        }
    }

    private void leave(long now) {
        call.leaving();
        goodbyeFrame = call.timeline().frame();
        leaveAt = now + monitor.goodbyeMicros(now);
        exchange.ari().channels().get(call.channelId()).onSuccess(outcome -> {
            if (outcome instanceof Outcome.NotFound) {
                call.ended("lost");
            }
        });
        call.records().say(Goodbye.in(call.language()), "good-bye");
    }

    private long instantOf(long frame) {
        return call.timeline().frameZeroAt() + frame * 20_000;
    }
}
