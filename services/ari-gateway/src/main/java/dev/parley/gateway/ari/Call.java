package dev.parley.gateway.ari;

import dev.parley.ari.Channel;
import dev.parley.ari.Playback;
import dev.parley.audio.Frames;
import dev.parley.gateway.GatewayMeter;
import dev.parley.gateway.domain.CallPhase;
import dev.parley.gateway.domain.CallTimeline;
import dev.parley.gateway.domain.EventBudget;
import dev.parley.gateway.domain.InactivityMonitor;
import dev.parley.records.AudioFrame;
import dev.parley.records.BargeIn;
import dev.parley.records.CallEventType;
import dev.parley.records.CallStarted;
import dev.parley.records.ReplyAudio;
import dev.parley.records.SpeechEvent;
import dev.parley.schemas.CallId;
import io.vertx.core.Future;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One answered call until its end: turns what Asterisk tells of it into records, in which every frame from 0 to END is accounted for.
 * Lives on one event loop. END and the ENDED event are published exactly once, whatever ends the call.
 */
final class Call {
    private static final Logger LOG = LoggerFactory.getLogger(Call.class);
    private static final Pattern DIGIT = Pattern.compile("[0-9A-D*#]");
    private static final long HANG_UP_RETRY_MILLIS = 500;

    private final Exchange exchange;
    private final Channel channel;
    private final String id;
    private final CallTimeline timeline;
    private final CallRecords records;
    private final CallPlaybacks playbacks;
    private final InactivityMonitor monitor;
    private final InactivityExit inactivity;
    private final LegVoice voice;
    private final TapKeeper taps;
    private final CallerBridge bridge;
    private final CallAbsence absence;
    private final CallCommands commands;
    private final Fallback fallback;
    private final EventBudget events;
    private final long knownSince;
    private final long endsAt;
    private final Consumer<Call> whenEnded;
    private CallPhase phase = CallPhase.UP;
    private String reason = "caller-hung-up";

    /**
     * @param origin where its frames begin: now, or for a call that was found up, where the one before has left it
     * @param bridge keeps the caller where the bot is heard
     */
    Call(Exchange exchange, Channel channel, CallOrigin origin, CallerBridge bridge, Consumer<Call> whenEnded) {
        this.bridge = bridge;
        this.whenEnded = whenEnded;
        this.exchange = exchange;
        this.channel = channel;
        this.id = idOf(exchange, channel.id());
        var rules = exchange.rules();
        this.timeline = new CallTimeline(id, origin.frameZeroAt(), origin.firstFrame());
        this.records = new CallRecords(exchange, id, timeline);
        this.knownSince = now();
        this.events = new EventBudget(knownSince);
        this.monitor = new InactivityMonitor(rules.inactivity(), origin.lastActiveAt());
        this.playbacks = new CallPlaybacks(this, exchange, monitor);
        bridge.whenLeft(playbacks::bridgeLeft);
        this.inactivity = new InactivityExit(this, exchange, monitor);
        this.voice = new LegVoice(this, exchange);
        this.taps = new TapKeeper(this, exchange, origin.tapEpoch(), voice);
        this.absence = new CallAbsence(this, exchange);
        this.commands = new CallCommands(this, exchange);
        this.fallback = new Fallback(this, exchange, origin.firstFrame() == 0);
        this.endsAt = origin.frameZeroAt() + rules.longestCall().toNanos() / 1_000;
    }

    static String idOf(Exchange exchange, String channelId) {
        return new CallId(exchange.rules().asterisk(), channelId).toString();
    }

    /** Makes a new call known and begins to listen. */
    void start() {
        records.publish(records.event(CallEventType.STARTED)
                .setStarted(CallStarted.newBuilder()
                        .setCaller(caller())
                        .setCalled(channel.extension())
                        .setAsterisk(exchange.rules().asterisk())
                        .setChannelId(channel.id())
                        .setLanguage(language())
                        .setFrameZeroAt(timeline.frameZeroAt())
                        .build()));
        LOG.atInfo()
                .addKeyValue("callId", id)
                .addKeyValue("called", channel.extension())
                .log("Call started");
        taps.start();
    }

    /**
     * Goes on with a call whose start is on the topics already.
     *
     * @param playing playbacks that the process before this one has seen begin (at which frame) and not end
     */
    void resume(Map<String, Long> playing) {
        if (exchange.rules().stream()) {
            // Their leg fell silent with its process, at the last frame that this has published.
            playing.forEach((id, began) -> playbacks.heard(
                    id, (int) Frames.toMillis(Math.max(0, timeline.frame() - began)), Optional.of("leg-lost")));
        } else {
            playing.keySet().forEach(playbacks::wasPlaying);
        }
        resynced("adopted", timeline.frame());
        taps.start();
    }

    /** Number or name; empty where withheld. */
    String caller() {
        return channel.callerNumber().isEmpty() ? channel.callerName() : channel.callerNumber();
    }

    String id() {
        return id;
    }

    String channelId() {
        return channel.id();
    }

    /** Since when this process has it. */
    long knownSince() {
        return knownSince;
    }

    String language() {
        return channel.language().isEmpty() ? exchange.rules().defaultLanguage() : channel.language();
    }

    CallRecords records() {
        return records;
    }

    CallTimeline timeline() {
        return timeline;
    }

    CallPhase phase() {
        return phase;
    }

    long now() {
        return exchange.clock().micros();
    }

    CallPlaybacks playbacks() {
        return playbacks;
    }

    /** Whether this channel or bridge is a part of the call. */
    boolean owns(String part) {
        return taps.owns(part) || absence.owns(part) || bridge.owns(part);
    }

    // ---- What happens to it

    /** @param botDb see {@link CallTimeline#audio} */
    void audio(byte[] samples, @Nullable Float botDb) {
        fallback.frame(samples, now());
        List<AudioFrame> frames = timeline.audio(samples, botDb, now());
        if (frames.isEmpty() && !timeline.isHeld()) {
            exchange.count(GatewayMeter.FRAMES_DROPPED, "reason", "late");
        }
        records.frames(frames);
    }

    /** @param detectMissing false when this process itself has just stood still, so that what seems missing is still to be read */
    void tick(boolean detectMissing) {
        if (phase == CallPhase.ENDED) {
            return;
        }
        long now = now();
        if (detectMissing) {
            records.frames(timeline.tick(now));
        }
        taps.tick(now);
        bridge.tick(now);
        playbacks.tick(now);
        voice.tick(now);
        absence.tick(now);
        fallback.tick(now);
        if (!absence.isTransferring()) {
            inactivity.tick(now);
        }
        if (now >= endsAt) {
            hangUp("max-call-seconds");
        }
    }

    /** Whether one more event of it is to be listened to. */
    boolean hasRoomForEvents() {
        boolean room = events.take(now());
        if (!room) {
            exchange.count(GatewayMeter.EVENTS_DROPPED, "reason", "flood");
        }
        return room;
    }

    void digit(String digit) {
        if (phase == CallPhase.ENDED
                || absence.isTransferring()
                || !DIGIT.matcher(digit).matches()) {
            return;
        }
        timeline.digit(digit);
        monitor.active(now());
        records.publish(records.event(CallEventType.DIGIT).setDigit(digit));
    }

    /** Hold and transfer. */
    CallAbsence absence() {
        return absence;
    }

    CallerBridge bridge() {
        return bridge;
    }

    CallCommands commands() {
        return commands;
    }

    void playbackStarted(Playback playback) {
        playbacks.started(playback.id());
        bridge.playing(playback);
        if (absence.isTransferring()) {
            silence(); // Asked for before the player knew.
        }
    }

    /** Stops what plays to the caller. */
    void silence() {
        playbacks.stopAll();
        voice.silence();
    }

    /** The caller is the bot's again: what was idle before begins anew. */
    void returned() {
        monitor.active(now());
        absence.closed().onComplete(_ -> {
            taps.returned();
            bridge.comeBack();
        });
    }

    void playbackFinished(Playback playback) {
        playbacks.finished(playback);
    }

    /** What is to be streamed to the caller, or no longer (PLAYBACK=stream). */
    void replyAudio(ReplyAudio audio) {
        voice.record(audio);
    }

    void bargeIn(BargeIn view) {
        voice.bargeIn(view);
        bridge.voidBefore(view.getVoidBefore());
    }

    void speech(SpeechEvent speech) {
        inactivity.speech(speech);
        fallback.speech(speech);
        taps.speech(speech);
    }

    void playbackEnded(String playbackId) {
        inactivity.playbackEnded(playbackId);
        bridge.played(playbackId);
    }

    /**
     * Events may have been lost; the call is still up. Asterisk is asked for the playbacks; for keys and holds it cannot be asked.
     *
     * @param how reconnected or adopted
     * @param since the first frame of which events may be missing
     */
    void resynced(String how, long since) {
        long now = (now() - timeline.frameZeroAt()) / 20_000;
        records.publish(
                CallEventType.RESYNCED,
                how + ": keys and holds of frames " + since + " to " + Math.max(since, now) + " may be missing");
        playbacks.checkNow();
    }

    /** What is done when the pipeline is silent. */
    Fallback fallback() {
        return fallback;
    }

    void warnIdle(long idleSeconds) {
        records.publish(CallEventType.IDLE_WARNING, "idle for " + idleSeconds + " s");
    }

    /** Good-bye is being said. */
    void leaving() {
        phase = phase.to(CallPhase.LEAVING);
    }

    /** The caller spoke up during the good-bye. */
    void stays() {
        phase = phase.to(CallPhase.UP);
    }

    // ---- Its end

    /** Hangs up, for a bounded word as the reason; the end comes with Asterisk's event. Again and again until Asterisk has heard it. */
    void hangUp(String because) {
        if (phase == CallPhase.HANGING_UP || phase == CallPhase.ENDED) {
            return;
        }
        phase = phase.to(CallPhase.HANGING_UP);
        reason = because;
        LOG.atInfo().addKeyValue("callId", id).addKeyValue("reason", because).log("Hanging up");
        requestHangUp();
    }

    private void requestHangUp() {
        if (phase != CallPhase.HANGING_UP) {
            return;
        }
        exchange.ari().channels().hangUp(channel.id()).onComplete(result -> {
            if (result.succeeded() && result.result().status() == 404) {
                ended(reason);
            } else {
                exchange.vertx().setTimer(HANG_UP_RETRY_MILLIS, _ -> requestHangUp());
            }
        });
    }

    /** The channel has left: publishes the end, takes the tap down. */
    void ended() {
        ended(reason);
    }

    /** @param because a bounded word: caller-hung-up, inactivity, command, max-call-seconds, transferred, fallback, tap-failed, lost */
    void ended(String because) {
        if (phase == CallPhase.ENDED) {
            return;
        }
        phase = phase.to(CallPhase.ENDED);
        records.frames(timeline.end(now()));
        records.publish(CallEventType.ENDED, because);
        exchange.count(GatewayMeter.CALLS_ENDED, "reason", because);
        LOG.atInfo()
                .addKeyValue("callId", id)
                .addKeyValue("reason", because)
                .addKeyValue("frame", timeline.frame())
                .log("Call ended");
        taps.close();
        absence.close();
        bridge.close();
        whenEnded.accept(this);
    }

    /** Lets go of the call without ending it: another process will adopt it. */
    void abandon() {
        taps.abandon();
    }

    /** Done when nothing of tap, transfer and bridge is left at Asterisk. */
    Future<Void> cleanedUp() {
        return Future.join(taps.closed(), absence.closed(), bridge.closed()).mapEmpty();
    }
}
