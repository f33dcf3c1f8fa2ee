package dev.parley.player.ari;

import dev.parley.ari.Outcome;
import dev.parley.ari.Playback;
import dev.parley.ari.PlaybackCalls;
import dev.parley.player.domain.Presence;
import dev.parley.player.domain.ReplyChunk;
import dev.parley.player.sound.LineSound;
import dev.parley.player.sound.SoundShelf;
import dev.parley.player.speaking.Speaking;
import dev.parley.player.web.MediaAddress;
import dev.parley.runtime.config.PlaybackTarget;
import dev.parley.schemas.CallBridge;
import dev.parley.schemas.CallId;
import dev.parley.schemas.PlaybackId;
import dev.parley.schemas.SoundPath;
import io.vertx.core.Future;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Playbacks on the caller's channel, or to the bridge that the caller is in; Asterisk fetches the sound by HTTP before it plays the first frame. */
public final class AriSpeaking implements Speaking {
    private static final Logger LOG = LoggerFactory.getLogger(AriSpeaking.class);

    private final Function<String, AsteriskLine> asterisks;
    private final SoundShelf shelf;
    private final MediaAddress addresses;
    private final Clock clock;
    private final PlaybackTarget target;

    /** @param asterisks gives each by the name that its calls bear */
    public AriSpeaking(
            Function<String, AsteriskLine> asterisks,
            PlaybackTarget target,
            SoundShelf shelf,
            MediaAddress addresses,
            Clock clock) {
        this.asterisks = asterisks;
        this.target = target;
        this.shelf = shelf;
        this.addresses = addresses;
        this.clock = clock;
    }

    @Override
    public CompletableFuture<Integer> play(
            ReplyChunk chunk, LineSound sound, long voidBefore, CompletableFuture<Boolean> published) {
        shelf.put(sound); // used just now, so it is there when Asterisk comes
        CallId call = CallId.parse(chunk.callId());
        AsteriskLine asterisk = asterisks.apply(call.asterisk());
        String media =
                "sound:" + asterisk.mediaUrl() + addresses.path(sound.key(), chunk.interruptible(), clock.instant());
        if (!target.isBridge()) {
            return status("play", asterisk.playbacks().play(call.channelId(), chunk.playbackId(), List.of(media)));
        }
        var bridge = new CallBridge(call.channelId(), target == PlaybackTarget.REBUILT_BRIDGE ? voidBefore : 0);
        return status("play", asterisk.bridges().play(bridge.id(), chunk.playbackId(), List.of(media)))
                .thenApply(status -> status == 404 || status == 409 ? TOO_EARLY : status);
    }

    @Override
    public CompletableFuture<Integer> stop(String callId, String playbackId) {
        return status("stop", of(playbackId).stop(playbackId));
    }

    @Override
    public CompletableFuture<Integer> pause(String playbackId) {
        return status("pause", of(playbackId).pause(playbackId));
    }

    @Override
    public CompletableFuture<Integer> resume(String playbackId) {
        return status("unpause", of(playbackId).unpause(playbackId));
    }

    @Override
    public CompletableFuture<Found> lookUp(String callId, String playbackId) {
        return of(playbackId)
                .get(playbackId)
                .map(AriSpeaking::found)
                .otherwise(fault -> {
                    noAnswer("look-up", fault);
                    return new Found(Presence.UNKNOWN, true);
                })
                .toCompletionStage()
                .toCompletableFuture();
    }

    @Override
    public boolean heedsBargeIn() {
        return false;
    }

    /** The Asterisk of the call that this playback is of. */
    private PlaybackCalls of(String playbackId) {
        String asterisk = PlaybackId.parse(playbackId)
                .map(id -> CallId.parse(id.callId()).asterisk())
                .orElse("");
        return asterisks.apply(asterisk).playbacks();
    }

    private static Found found(Outcome<Playback> outcome) {
        return switch (outcome) {
            case Outcome.Done<Playback>(int _, Playback playback) ->
                new Found(
                        switch (playback.state()) {
                            case QUEUED -> Presence.QUEUED;
                            case PLAYING, CONTINUING -> Presence.PLAYING;
                            case PAUSED -> Presence.PAUSED;
                            case DONE, FAILED -> Presence.ABSENT;
                            case UNKNOWN -> Presence.UNKNOWN;
                        },
                        SoundPath.isInterruptible(playback.mediaUri()));
            case Outcome.NotFound<Playback> _ -> new Found(Presence.ABSENT, true);
            case Outcome.Conflict<Playback> _, Outcome.Refused<Playback> _ -> new Found(Presence.UNKNOWN, true);
        };
    }

    private static <T> CompletableFuture<Integer> status(String what, Future<Outcome<T>> answer) {
        return answer.map(Outcome::status)
                .otherwise(fault -> {
                    noAnswer(what, fault);
                    return NO_ANSWER;
                })
                .toCompletionStage()
                .toCompletableFuture();
    }

    private static void noAnswer(String what, Throwable fault) {
        LOG.atWarn()
                .addKeyValue("request", what)
                .addKeyValue("fault", fault.getMessage())
                .log("Asterisk gave no answer");
    }
}
