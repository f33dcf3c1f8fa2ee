package dev.parley.testkit.asterisk;

import dev.parley.audio.Frames;
import dev.parley.testkit.line.LineRecording;
import dev.parley.testkit.line.PhoneCall;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** A call over the simulated Asterisk, with all that can happen to a phone and its network besides. */
public final class SimulatedCall implements PhoneCall {
    private final Switchboard board;
    private final CallerChannel channel;
    private final CountDownLatch over;

    SimulatedCall(Switchboard board, CallerChannel channel, CountDownLatch over) {
        this.board = board;
        this.channel = channel;
        this.over = over;
    }

    @Override
    public String name() {
        return channel.id;
    }

    /** The channel's id, as ARI knows it. */
    public String channelId() {
        return channel.id;
    }

    @Override
    public int say(short[] samples) {
        return board.clock.call(() -> channel.say(samples));
    }

    /**
     * Puts noise under all that the phone sends from now on, its silence included.
     *
     * @param noise at 8 kHz; it is repeated, and what is no whole frame of it is left out
     */
    public void lineNoise(short[] noise) {
        short[] wholeFrames = Arrays.copyOf(noise, noise.length / Frames.SAMPLES * Frames.SAMPLES);
        board.clock.execute(() -> channel.noise(wholeFrames));
    }

    /** Falls silent at the next frame, in mid-word. */
    @Override
    public void stopSaying() {
        board.clock.call(() -> {
            channel.stopSaying();
            return true;
        });
    }

    /** Presses a key: RFC 4733, so there is no tone in the audio, and one event at its end. */
    @Override
    public void press(String digit) {
        board.clock.execute(() -> publish(
                "ChannelDtmfReceived", new JsonObject().put("digit", digit).put("duration_ms", 100)));
    }

    /** The phone is sent all the same what the bot says: Asterisk does not mind. */
    @Override
    public void hold() {
        board.clock.execute(() -> {
            publish("ChannelHold", new JsonObject().put("musicclass", "default"));
        });
    }

    @Override
    public void holdSilently() {
        board.clock.execute(() -> {
            channel.inactive = true;
            publish("ChannelHold", new JsonObject().put("musicclass", "default"));
        });
    }

    /** Takes the bot back. */
    @Override
    public void unhold() {
        board.clock.execute(() -> {
            channel.inactive = false;
            publish("ChannelUnhold", new JsonObject());
        });
    }

    /** Hangs up. Of what was tapped, the snoop ends; external media and bridge stay behind, as in Asterisk. */
    @Override
    public void hangUp() {
        board.clock.call(() -> {
            board.hangUp(channel, channel.cause, false);
            return true;
        });
    }

    /** The phone stops sending packets, without a word. */
    @Override
    public void stopRtp() {
        board.clock.execute(() -> channel.rtpStopped = true);
    }

    /** The phone sends packets again. */
    @Override
    public void resumeRtp() {
        board.clock.execute(() -> channel.rtpStopped = false);
    }

    /** The network holds the caller's packets back for so long; then they come in one burst and make the tap late. */
    @Override
    public void stallNetwork(Duration stall) {
        board.clock.execute(() -> channel.stallNetwork(Frames.covering(stall)));
    }

    /** Asterisk writes nothing to this call's media websocket for so long; then all of it at once. */
    public void stallMedia(Duration stall) {
        board.clock.execute(() -> {
            List<Channel> heard = new ArrayList<>(channel.snoops);
            heard.add(channel);
            for (Channel tapped : heard) {
                if (tapped.bridge != null) {
                    for (Channel member : tapped.bridge.members) {
                        if (member instanceof MediaChannel leg) {
                            leg.stall(System.nanoTime() + stall.toNanos());
                        }
                    }
                }
            }
        });
    }

    /** How far each of the call's taps is behind a fresh one. */
    public List<Duration> tapDelays() {
        return board.clock.call(() -> channel.snoops.stream()
                .map(snoop -> Frames.duration(snoop.backlogFrames()))
                .toList());
    }

    /** Whether the bot has picked up. */
    public boolean isAnswered() {
        return board.clock.call(() -> channel.state == Channel.State.UP);
    }

    @Override
    public boolean isOver() {
        return over.getCount() == 0;
    }

    @Override
    public boolean awaitEnd(Duration atMost) throws InterruptedException {
        return over.await(atMost.toNanos(), TimeUnit.NANOSECONDS);
    }

    /** The cause of the call's end, as Asterisk numbers it. */
    public int cause() {
        return board.clock.call(() -> channel.cause);
    }

    /** Where the bot sent the call with {@code continue}, as {@code context,extension}; empty where it did not. */
    public String continuedTo() {
        return board.clock.call(() -> channel.continuedTo);
    }

    /** The digits that the bot has sent to the phone. */
    public String digitsReceived() {
        return board.clock.call(channel.digits::toString);
    }

    /** Whether the caller is connected with another phone. */
    public boolean isConnected() {
        return board.clock.call(() -> channel.bridge != null
                && channel.bridge.members.stream()
                                .filter(CallerChannel.class::isInstance)
                                .count()
                        > 1);
    }

    @Override
    public LineRecording sent() {
        return channel.sent.copy();
    }

    @Override
    public LineRecording received() {
        return channel.received.copy();
    }

    @Override
    public LineRecording receivedFrom(int frame) {
        return channel.received.copyFrom(frame);
    }

    /** What the caller has sent from a frame on. */
    public LineRecording sentFrom(int frame) {
        return channel.sent.copyFrom(frame);
    }

    @Override
    public boolean awaitFrames(int frames) throws InterruptedException {
        return channel.received.await(frames);
    }

    @Override
    public int frames() {
        return channel.received.frames();
    }

    private void publish(String type, JsonObject fields) {
        if (!channel.gone) {
            board.events.publish(channel, type, fields.put("channel", channel.json()));
        }
    }
}
