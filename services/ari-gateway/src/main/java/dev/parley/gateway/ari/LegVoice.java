package dev.parley.gateway.ari;

import dev.parley.ari.MediaSockets;
import dev.parley.audio.Frames;
import dev.parley.gateway.GatewayMeter;
import dev.parley.gateway.domain.CallPhase;
import dev.parley.gateway.domain.LegPlayout;
import dev.parley.gateway.domain.StreamedSound;
import dev.parley.records.BargeIn;
import dev.parley.records.PlaybackEventType;
import dev.parley.records.ReplyAudio;
import dev.parley.schemas.Fence;
import dev.parley.schemas.PlaybackId;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * Speaks to one call through its websocket leg (PLAYBACK=stream): takes the player's records, falls silent by itself when barge.in or
 * hold asks for it, and tells what became of each sound. Lives on the call's event loop. Every record may come twice.
 */
final class LegVoice implements LegPlayout.Listener {
    /** Sound that was sent so long ago is not wanted any more; its player asks what became of it and sends it again. */
    private static final long TOO_OLD = 10_000_000;

    private static final String BARGE_IN = "barge-in";

    private final Call call;
    private final Exchange exchange;
    private final LegPlayout playout = new LegPlayout(this);
    private final Fence fence = new Fence();

    LegVoice(Call call, Exchange exchange) {
        this.call = call;
        this.exchange = exchange;
    }

    // ---- The leg

    void attached(MediaSockets.MediaSocket socket) {
        playout.attached(new LegOf(socket));
    }

    void marked(String mark) {
        playout.marked(mark, call.now());
    }

    void left(int frames) {
        playout.left(frames);
    }

    void lost() {
        playout.lost(call.now());
    }

    // ---- What is wanted

    void record(ReplyAudio audio) {
        if (PlaybackId.parse(audio.getPlaybackId()).isEmpty() || call.phase() == CallPhase.ENDED) {
            return;
        }
        switch (audio.getType()) {
            case SOUND -> sound(audio);
            case STOP -> playout.stop(audio.getPlaybackId(), "stopped", call.now());
            case ASK -> answer(audio.getPlaybackId());
            case UNKNOWN -> {}
        }
    }

    private void sound(ReplyAudio audio) {
        if (call.now() - audio.getAt() > TOO_OLD) {
            exchange.count(GatewayMeter.SOUNDS_DROPPED, "reason", "late");
            return;
        }
        ByteBuffer pcm = audio.getPcm();
        byte[] frames = new byte[Math.ceilDiv(pcm.remaining(), Frames.BYTES) * Frames.BYTES];
        pcm.duplicate().get(frames, 0, pcm.remaining());
        playout.play(new StreamedSound(
                audio.getPlaybackId(), frames, audio.getInterruptible(), Optional.ofNullable(audio.getAnswers())));
        playout.voidBefore(fence.voidBefore(), BARGE_IN, call.now());
    }

    /** Nothing that was to be heard is wanted any more: the caller is being connected with somebody else. */
    void silence() {
        playout.stopAll("transfer", call.now());
    }

    /** The player does not know what became of a sound. While it waits there is nothing to tell. */
    private void answer(String playbackId) {
        Optional<LegPlayout.Ending> ending = playout.ending(playbackId);
        if (ending.isPresent()) {
            ended(playbackId, ending.get());
        } else if (playout.isSounding(playbackId)) {
            call.playbacks().tell(playbackId, PlaybackEventType.STARTED, Optional.empty());
        } else if (!playout.isKnown(playbackId)) {
            call.playbacks().tell(playbackId, PlaybackEventType.FAILED, Optional.of("unknown"));
        }
    }

    void bargeIn(BargeIn view) {
        boolean raised = fence.merge(view);
        if (raised) {
            playout.voidBefore(fence.voidBefore(), BARGE_IN, call.now());
        }
        tick(call.now());
    }

    /** Looks whether it is time to speak again; hold and suspicions come and go. */
    void tick(long now) {
        playout.pause(fence.standing(now) != null || call.timeline().isHeld(), now);
    }

    /** See {@link LegPlayout#levelDb}. */
    float levelDb() {
        return playout.levelDb(call.now());
    }

    // ---- What became of it

    @Override
    public void started(String playbackId) {
        call.playbacks().started(playbackId);
    }

    @Override
    public void ended(String playbackId, LegPlayout.Ending ending) {
        switch (ending) {
            case LegPlayout.Ending.Heard(int millis, Optional<String> reason) -> {
                reason.filter(BARGE_IN::equals)
                        .ifPresent(_ -> call.playbacks().stopped(playbackId, fence.voidBefore()));
                call.playbacks().heard(playbackId, millis, reason);
            }
            case LegPlayout.Ending.Refused() -> {
                exchange.count(GatewayMeter.SOUNDS_DROPPED, "reason", "full");
                call.playbacks().tell(playbackId, PlaybackEventType.FAILED, Optional.of("full"));
            }
        }
    }

    @Override
    public void paused(String playbackId) {
        call.playbacks()
                .tell(
                        playbackId,
                        PlaybackEventType.PAUSED,
                        Optional.of(call.timeline().isHeld() ? "hold" : "suspicion"));
    }

    @Override
    public void resumed(String playbackId) {
        call.playbacks().tell(playbackId, PlaybackEventType.RESUMED, Optional.empty());
    }

    private record LegOf(MediaSockets.MediaSocket socket) implements LegPlayout.Leg {
        @Override
        public void audio(byte[] frames) {
            socket.audio(frames);
        }

        @Override
        public void mark(String mark) {
            socket.mark(mark);
        }

        @Override
        public void pause() {
            socket.pause();
        }

        @Override
        public void resume() {
            socket.resume();
        }

        @Override
        public void flush() {
            socket.flush();
        }

        @Override
        public void askStatus() {
            socket.askStatus();
        }
    }
}
