package dev.parley.ari;

import java.time.Duration;
import java.util.List;

/** What Asterisk tells over the events websocket, as far as Parley acts on it; whatever else it tells is skipped. */
public sealed interface AriEvent {
    /** A channel entered the application; also our own snoop and external-media legs. */
    record StasisStart(Channel channel, List<String> arguments) implements AriEvent {}

    /** A channel left the application: by hang-up, or because it went on in the dialplan. */
    record StasisEnd(Channel channel) implements AriEvent {}

    /** A channel is gone. */
    record ChannelDestroyed(Channel channel, int cause, String causeText) implements AriEvent {}

    /**
     * How the calling of a channel that was originated goes on.
     *
     * @param status empty, RINGING, PROGRESS, ANSWER, BUSY, …; of a call that nobody answers there is only ChannelDestroyed
     */
    record Dialled(Channel peer, String status) implements AriEvent {}

    record ChannelHangupRequest(Channel channel) implements AriEvent {}

    /** A digit, at its end. */
    record DtmfReceived(Channel channel, String digit, Duration duration) implements AriEvent {}

    record Held(Channel channel) implements AriEvent {}

    record Unheld(Channel channel) implements AriEvent {}

    /** The media begins (Asterisk says it before the first sound), or goes on after a pause. */
    record PlaybackStarted(Playback playback) implements AriEvent {}

    /** It is over: played, stopped, cancelled ({@code DONE}) or not playable ({@code FAILED}). Also for one that never started. */
    record PlaybackFinished(Playback playback) implements AriEvent {}

    /** Another client took this application: events go there from now on. */
    record ApplicationReplaced() implements AriEvent {}
}
