package dev.parley.player.stream;

import dev.parley.player.domain.Presence;
import dev.parley.player.domain.ReplyChunk;
import dev.parley.player.sound.LineSound;
import dev.parley.player.speaking.Speaking;
import dev.parley.records.ReplyAudio;
import dev.parley.records.ReplyAudioType;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/**
 * Hands sound to the gateway that has the call, by records on reply.audio; what becomes of it the gateway tells on playback.events. A
 * status here says whether Kafka has taken the record. The gateway reads barge.in and hears of hold by itself, so there is nothing to
 * do for a pause.
 */
public final class StreamSpeaking implements Speaking {
    private static final int HANDED_OVER = 202;
    private static final int DONE = 204;
    private static final ByteBuffer NO_SOUND = ByteBuffer.allocate(0);

    private final Function<ReplyAudio, CompletableFuture<Boolean>> records;
    private final Clock clock;

    /** @param records writes to reply.audio; whether Kafka has taken it, never failing */
    public StreamSpeaking(Function<ReplyAudio, CompletableFuture<Boolean>> records, Clock clock) {
        this.records = records;
        this.clock = clock;
    }

    @Override
    public CompletableFuture<Integer> play(
            ReplyChunk chunk, LineSound sound, long voidBefore, CompletableFuture<Boolean> published) {
        return published.thenApply(taken -> taken ? HANDED_OVER : NO_ANSWER);
    }

    @Override
    public CompletableFuture<Integer> stop(String callId, String playbackId) {
        return write(ReplyAudioType.STOP, callId, playbackId).thenApply(taken -> taken ? DONE : NO_ANSWER);
    }

    @Override
    public CompletableFuture<Integer> pause(String playbackId) {
        return CompletableFuture.completedFuture(DONE);
    }

    @Override
    public CompletableFuture<Integer> resume(String playbackId) {
        return CompletableFuture.completedFuture(DONE);
    }

    @Override
    public CompletableFuture<Found> lookUp(String callId, String playbackId) {
        return write(ReplyAudioType.ASK, callId, playbackId).thenApply(_ -> new Found(Presence.UNKNOWN, true));
    }

    @Override
    public boolean heedsBargeIn() {
        return true;
    }

    private CompletableFuture<Boolean> write(ReplyAudioType type, String callId, String playbackId) {
        return records.apply(ReplyAudio.newBuilder()
                .setCallId(callId)
                .setPlaybackId(playbackId)
                .setType(type)
                .setPcm(NO_SOUND)
                .setVoice("")
                .setAt(ChronoUnit.MICROS.between(Instant.EPOCH, clock.instant()))
                .build());
    }
}
