package dev.parley.gateway.ari;

import dev.parley.gateway.GatewayMeter;
import dev.parley.gateway.domain.CallLog;
import dev.parley.gateway.domain.CallTimeline;
import dev.parley.records.AudioFrame;
import dev.parley.records.CallCommand;
import dev.parley.records.CallCommandType;
import dev.parley.records.CallEvent;
import dev.parley.records.CallEventType;
import dev.parley.records.FrameKind;
import dev.parley.records.PlaybackEvent;
import dev.parley.records.PlaybackEventType;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The records of one call: each names the call, its frame and the instant, and is published in its place. Lives on the call's event loop. */
final class CallRecords {
    /** As the commands name it that the gateway itself issues, and the playback events what it has seen. */
    static final String GATEWAY = "ari-gateway";

    private final Exchange exchange;
    private final String callId;
    private final CallTimeline timeline;
    private final CallLog log;

    CallRecords(Exchange exchange, String callId, CallTimeline timeline) {
        this.exchange = exchange;
        this.callId = callId;
        this.timeline = timeline;
        this.log = exchange.logs().apply(callId);
    }

    void frames(List<AudioFrame> frames) {
        for (AudioFrame frame : frames) {
            if (frame.getKind() == FrameKind.GAP) {
                exchange.metrics()
                        .counter(GatewayMeter.FRAMES_MISSING)
                        .increment(frame.getLastFrame() - frame.getFrame() + 1);
            }
            log.audio(frame);
        }
    }

    /** An event of this moment, without what is particular to it. */
    CallEvent.Builder event(CallEventType type) {
        return CallEvent.newBuilder()
                .setCallId(callId)
                .setType(type)
                .setFrame(timeline.frame())
                .setAt(exchange.clock().micros());
    }

    void publish(CallEvent.Builder event) {
        log.event(event.build());
    }

    void publish(CallEventType type, String reason) {
        publish(event(type).setReason(reason));
    }

    /** What becomes of a playback at this moment, without what is particular to it. */
    PlaybackEvent.Builder playback(String playbackId, PlaybackEventType type, @Nullable String reason) {
        return PlaybackEvent.newBuilder()
                .setCallId(callId)
                .setPlaybackId(playbackId)
                .setType(type)
                .setFrame(timeline.frame())
                .setAt(exchange.clock().micros())
                .setSeenBy(GATEWAY)
                .setReason(reason);
    }

    void publish(PlaybackEvent.Builder event) {
        log.playback(event.build());
    }

    /**
     * Has the bot say something of the gateway's own.
     *
     * @param occasion a word for the command's id
     */
    void say(String text, String occasion) {
        long frame = timeline.frame();
        log.command(CallCommand.newBuilder()
                .setCallId(callId)
                .setId(callId + "~" + occasion + "~" + frame)
                .setType(CallCommandType.SAY)
                .setArgument(text)
                .setIssuedBy(GATEWAY)
                .setFrame(frame)
                .setAt(exchange.clock().micros())
                .build());
    }
}
