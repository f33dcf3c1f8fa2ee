package dev.parley.player.kafka;

import dev.parley.player.PlayerMeter;
import dev.parley.player.domain.ReplyChunk;
import dev.parley.records.BargeIn;
import dev.parley.records.PlaybackEvent;
import dev.parley.records.ReplyHeard;
import dev.parley.runtime.Metrics;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells a call's story in the log, a line for each thing that a caller hears or ceases to hear, and counts it. Never what was said. */
final class Telling {
    private static final Logger LOG = LoggerFactory.getLogger("dev.parley.player.story");

    private final Metrics metrics;

    Telling(Metrics metrics) {
        this.metrics = metrics;
    }

    void event(PlaybackEvent event) {
        String reason = String.valueOf(event.getReason());
        switch (event.getType()) {
            case QUEUED -> metrics.counter(PlayerMeter.PLAYS).increment();
            case FAILED ->
                metrics.counter(PlayerMeter.PLAY_REFUSED, "reason", reason).increment();
            case PAUSED -> metrics.counter(PlayerMeter.PAUSES).increment();
            case RESUMED ->
                metrics.counter(PlayerMeter.RESUMES, "reason", reason).increment();
            case STOPPED -> metrics.counter(PlayerMeter.STOPS, "reason", reason).increment();
            case STARTED, FINISHED, UNKNOWN -> {}
        }
        var line = LOG.atInfo()
                .addKeyValue("callId", event.getCallId())
                .addKeyValue("playbackId", event.getPlaybackId())
                .addKeyValue("frame", event.getFrame());
        if (event.getHttpStatus() != null) {
            line = line.addKeyValue("status", event.getHttpStatus());
        }
        if (event.getReason() != null) {
            line = line.addKeyValue("reason", event.getReason());
        }
        if (event.getBargeInFrame() != null) {
            line = line.addKeyValue("bargeInFrame", event.getBargeInFrame());
        }
        line.log(
                switch (event.getType()) {
                    case QUEUED -> "Playback queued";
                    case PAUSED -> "Playback paused";
                    case RESUMED -> "Playback resumed";
                    case STOPPED -> "Playback stopped";
                    case FAILED -> "Playback failed";
                    case STARTED, FINISHED, UNKNOWN -> "Playback";
                });
    }

    void over(ReplyChunk chunk, @Nullable ReplyHeard heard) {
        if (heard == null) {
            LOG.atDebug()
                    .addKeyValue("callId", chunk.callId())
                    .addKeyValue("playbackId", chunk.playbackId())
                    .log("Chunk dropped");
            return;
        }
        String message = heard.getComplete()
                ? "Chunk heard"
                : heard.getHeardMs() > 0 ? "Chunk heard in part" : "Chunk not heard";
        LOG.atInfo()
                .addKeyValue("callId", chunk.callId())
                .addKeyValue("playbackId", chunk.playbackId())
                .addKeyValue("heardMs", heard.getHeardMs())
                .addKeyValue("totalMs", heard.getTotalMs())
                .log(message);
        LOG.atDebug()
                .addKeyValue("playbackId", chunk.playbackId())
                .addKeyValue("text", heard.getText())
                .log("Heard");
    }

    void bargeIn(BargeIn view, boolean raised) {
        var suspicion = view.getSuspicion();
        var line = (raised ? LOG.atInfo() : LOG.atDebug())
                .addKeyValue("callId", view.getCallId())
                .addKeyValue("writer", view.getWriter())
                .addKeyValue("voidBefore", view.getVoidBefore())
                .addKeyValue("suspicion", suspicion == null ? "none" : suspicion.getFrame())
                .addKeyValue("frame", view.getFrame());
        if (view.getVoidPlaybackId() != null) {
            line = line.addKeyValue("playbackId", view.getVoidPlaybackId());
        }
        line.log(raised ? "Barge-in" : "Barge-in record");
    }
}
