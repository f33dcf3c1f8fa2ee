package dev.parley.testkit.asterisk;

import dev.parley.audio.Frames;
import dev.parley.audio.Pcm;
import dev.parley.testkit.line.Line;
import io.vertx.core.json.JsonObject;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The caller's leg: what the phone sends and what it is sent, one frame a tick. Belongs to the clock's thread. */
final class CallerChannel extends Channel {
    private static final short[] COMFORT = new short[Frames.SAMPLES];

    private static final short[] RINGING_TONE = Tones.tone(425, Frames.duration(1));

    final String caller;
    final String called;
    final Line sent = new Line();
    final Line received = new Line();
    final List<SnoopChannel> snoops = new ArrayList<>();
    /** On hold without music: nothing is sent in either direction. */
    boolean inactive;

    boolean rtpStopped;
    /** The bot lets the caller hear a ringing tone. */
    boolean ringing;

    final StringBuilder digits = new StringBuilder();
    int cause = 16;
    String continuedTo = "";

    private final Deque<short[]> toSay = new ArrayDeque<>();
    /** Frames that a stalled network holds back, and for how many more ticks it does. */
    private final Deque<short[]> stalled = new ArrayDeque<>();

    private int stallTicks;
    /** Whole frames, again and again under all that the phone sends. */
    private short[] noise = new short[0];

    private short @Nullable [] saying;
    private final Runnable onEnd;

    CallerChannel(
            String id, String name, String caller, String called, String language, Switchboard board, Runnable onEnd) {
        super(id, name, State.RING, board);
        this.caller = caller;
        this.called = called;
        this.language = language;
        this.onEnd = onEnd;
    }

    /** Queues audio for the line; a last frame that is not whole is filled up with zeros. Returns its first frame. */
    int say(short[] samples) {
        int first = sent.frames() + toSay.size();
        for (int from = 0; from < samples.length; from += Frames.SAMPLES) {
            short[] frame = new short[Frames.SAMPLES];
            System.arraycopy(samples, from, frame, 0, Math.min(Frames.SAMPLES, samples.length - from));
            toSay.add(frame);
        }
        return first;
    }

    void stopSaying() {
        toSay.clear();
    }

    void noise(short[] wholeFrames) {
        noise = wholeFrames;
    }

    /** From now on the caller's packets are held back for so many ticks, then come all at once. */
    void stallNetwork(int ticks) {
        stallTicks = ticks;
    }

    private short[] withNoise(short[] frame) {
        if (noise.length == 0) {
            return frame;
        }
        int from = sent.frames() * Frames.SAMPLES % noise.length;
        return Pcm.mix(frame, Arrays.copyOfRange(noise, from, from + Frames.SAMPLES));
    }

    /** One tick: a frame of the caller's to the taps, a frame of the bot's to him. */
    void tick(long atMicros) {
        if (state == State.DOWN || state == State.RINGING) {
            return; // A phone that nobody has picked up.
        }
        short[] frame = rtpStopped || inactive ? null : withNoise(toSay.isEmpty() ? COMFORT : toSay.remove());
        sent.append(frame, atMicros);
        if (stallTicks > 0) {
            stallTicks--;
            if (frame != null) {
                stalled.add(frame);
            }
            frame = null;
        }
        if (stallTicks == 0 && !stalled.isEmpty()) {
            stalled.forEach(this::arrived);
            stalled.clear();
        }
        saying = frame;
        if (frame != null) {
            arrived(frame);
        }
        // Who is in a bridge hears the others, unless his own channel plays.
        short[] bot = commands.isPlaying() || bridge == null ? commands.frame() : bridge.heardBy(this);
        boolean rings = ringing && bot == null && bridge == null;
        received.append(inactive ? null : rings ? RINGING_TONE : bot, atMicros);
        for (SnoopChannel snoop : snoops) {
            snoop.spoken(bot);
        }
    }

    /** A packet has come through the network: taps queue it, a leg that is alone with the caller gets it at once. */
    private void arrived(short[] packet) {
        for (SnoopChannel snoop : snoops) {
            snoop.heard(packet);
        }
        if (bridge != null && !commands.isPlaying()) {
            for (Channel other : bridge.members) {
                if (other instanceof MediaChannel leg && leg.isAloneWithCaller()) {
                    leg.write(packet);
                }
            }
        }
    }

    /** A caller whose own channel plays is out of its bridge meanwhile: the others get nothing of it. */
    @Override
    short @Nullable [] speaks() {
        return commands.isPlaying() ? null : saying;
    }

    @Override
    void ended() {
        sent.close();
        received.close();
        onEnd.run();
    }

    @Override
    JsonObject json() {
        JsonObject json = super.json().put("protocol_id", "sim-" + id);
        json.put("caller", new JsonObject().put("name", "").put("number", caller));
        json.getJsonObject("dialplan").put("exten", called);
        return json;
    }
}
