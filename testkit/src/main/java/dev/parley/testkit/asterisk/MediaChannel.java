package dev.parley.testkit.asterisk;

import dev.parley.audio.Frames;
import dev.parley.audio.Pcm;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ServerWebSocket;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An external-media channel whose leg is a websocket that the client opens. It is Down until the socket is there, and gone
 * when the socket is. What the client sends is not played to anybody: a tap has no way to the caller.
 */
final class MediaChannel extends Channel {
    static final String CONNECTION_ID = "MEDIA_WEBSOCKET_CONNECTION_ID";
    /** Longer control messages are dropped without an error. */
    static final int CONTROL_LIMIT = 128;

    private static final Logger LOG = LoggerFactory.getLogger(MediaChannel.class);
    private static final int STALL_LIMIT = 3_000;

    /** The signed linear formats that the simulator speaks. */
    enum Format {
        SLIN("slin", 320),
        SLIN16("slin16", 640);

        final String text;
        final int bytes;

        Format(String text, int bytes) {
            this.text = text;
            this.bytes = bytes;
        }
    }

    final String connectionId;
    final Format format;
    private final Deque<byte[]> stalled = new ArrayDeque<>();
    private @Nullable ServerWebSocket socket;
    private long stalledUntil;
    private boolean claimed;
    private boolean stalling;
    private short lastSample;
    private final AtomicLong framesDropped;

    MediaChannel(String id, String name, String connectionId, Format format, Switchboard switchboard) {
        super(id, name, State.DOWN, switchboard);
        this.connectionId = connectionId;
        this.format = format;
        this.framesDropped = switchboard.mediaFramesDropped;
        variables.put(CONNECTION_ID, connectionId);
    }

    /** The first client to come gets the leg; false for any other. */
    boolean claim() {
        boolean free = !claimed;
        claimed = true;
        return free;
    }

    void connected(ServerWebSocket newSocket) {
        socket = newSocket;
        state = State.UP;
        newSocket.writeTextMessage("MEDIA_START connection_id:" + connectionId + " channel:" + name + " channel_id:"
                + id + " format:" + format.text + " optimal_frame_size:" + format.bytes + " ptime:20");
    }

    /** A control message of the client's; the tap needs none but HANGUP. Returns whether the channel is to end. */
    boolean control(String message) {
        if (message.length() > CONTROL_LIMIT) {
            return false;
        }
        LOG.atDebug()
                .addKeyValue("channelId", id)
                .addKeyValue("message", message)
                .log("media control");
        return message.strip().equals("HANGUP");
    }

    /** Until that instant nothing is written; then all of it comes in one burst. */
    void stall(long untilNanos) {
        stalling = true;
        stalledUntil = untilNanos;
    }

    /** Sends what the bridge has for this leg; an idle leg sends nothing. */
    void write(short @Nullable [] frame) {
        ServerWebSocket to = socket;
        if (to == null) {
            return;
        }
        try {
            write(to, frame);
        } catch (IllegalStateException e) {
            // The socket has closed and its channel is about to follow.
            framesDropped.incrementAndGet();
        }
    }

    private void write(ServerWebSocket to, short @Nullable [] frame) {
        if (stalling && System.nanoTime() - stalledUntil >= 0) {
            stalling = false;
            stalled.forEach(bytes -> to.writeBinaryMessage(Buffer.buffer(bytes)));
            stalled.clear();
        }
        if (frame == null) {
            return;
        }
        byte[] bytes = Pcm.toBytes(format == Format.SLIN ? frame : doubled(frame));
        if (stalling) {
            if (stalled.size() < STALL_LIMIT) {
                stalled.add(bytes);
            } else {
                framesDropped.incrementAndGet();
            }
        } else if (to.writeQueueFull()) {
            framesDropped.incrementAndGet();
        } else {
            to.writeBinaryMessage(Buffer.buffer(bytes));
        }
    }

    /** 8 to 16 kHz by the straight line between two samples: enough for speech that the client brings down again. */
    private short[] doubled(short[] frame) {
        short[] twice = new short[2 * Frames.SAMPLES];
        for (int i = 0; i < frame.length; i++) {
            twice[2 * i] = (short) ((lastSample + frame[i]) / 2);
            twice[2 * i + 1] = frame[i];
            lastSample = frame[i];
        }
        return twice;
    }

    @Override
    short @Nullable [] speaks() {
        return null;
    }

    @Override
    void ended() {
        ServerWebSocket open = socket;
        socket = null;
        if (open != null && !open.isClosed()) {
            open.close();
        }
    }
}
