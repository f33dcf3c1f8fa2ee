package dev.parley.testkit.asterisk;

import dev.parley.audio.Frames;
import dev.parley.audio.Pcm;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ServerWebSocket;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An external-media channel whose leg is a websocket that the client opens. It is Down until the socket is there, and gone
 * when the socket is. What the client sends waits in a {@link MediaQueue} and is heard by the others in its bridge.
 */
final class MediaChannel extends Channel {
    static final String CONNECTION_ID = "MEDIA_WEBSOCKET_CONNECTION_ID";
    /** Longer control messages are dropped without an error. */
    static final int CONTROL_LIMIT = 128;

    /** A longer message closes the socket (AST_WEBSOCKET_MAX_RX_PAYLOAD_SIZE). */
    static final int MESSAGE_LIMIT = 65_535;

    private static final Logger LOG = LoggerFactory.getLogger(MediaChannel.class);
    private static final int STALL_LIMIT = 3_000;
    private static final long WRITE_TIMEOUT_NANOS = Duration.ofMillis(100).toNanos();

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
    private long fullSince;
    private boolean claimed;
    private boolean stalling;
    private short lastSample;
    private final AtomicLong framesDropped;
    private final MediaControl control;
    private final MediaQueue queue;
    private short @Nullable [] saying;

    MediaChannel(
            String id, String name, String connectionId, Format format, MediaControl control, Switchboard switchboard) {
        super(id, name, State.DOWN, switchboard);
        this.connectionId = connectionId;
        this.format = format;
        this.control = control;
        this.queue = new MediaQueue(id, format.bytes, control, this::tell);
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
        Map<String, Object> start = new LinkedHashMap<>();
        start.put("connection_id", connectionId);
        start.put("channel", name);
        start.put("channel_id", id);
        start.put("format", format.text);
        start.put("optimal_frame_size", format.bytes);
        start.put("ptime", 20);
        tell(control.fields("MEDIA_START", start));
    }

    private void tell(String event) {
        ServerWebSocket to = socket;
        if (to != null) {
            try {
                to.writeTextMessage(event);
            } catch (IllegalStateException e) {
                LOG.atDebug().addKeyValue("channelId", id).log("an event was lost: the socket has closed");
            }
        }
    }

    /** A control message of the client's. Returns whether the channel is to end. */
    boolean control(String message) {
        LOG.atDebug()
                .addKeyValue("channelId", id)
                .addKeyValue("message", message)
                .log("media control");
        if (message.length() > CONTROL_LIMIT) {
            return false;
        }
        MediaControl.Command command = control.read(message).orElse(null);
        if (command == null) {
            tell(control.fields("ERROR", Map.of("channel_id", id, "error_text", "Unable to parse JSON command")));
            return false;
        }
        if (!queue.command(command) && !List.of("HANGUP", "ANSWER").contains(command.name())) {
            LOG.atWarn().addKeyValue("command", command.name()).log("no such media command");
        }
        return command.name().equals("HANGUP");
    }

    /** Sound of the client's. Returns whether the channel is to end. */
    boolean audio(byte[] message) {
        if (message.length > MESSAGE_LIMIT) {
            return true;
        }
        queue.audio(message);
        return false;
    }

    /** One tick: the next frame of the client's, whether or not somebody is there to hear it. */
    void tick() {
        short[] frame = socket == null ? null : queue.next();
        saying = frame == null || format == Format.SLIN ? frame : halved(frame);
    }

    /** Whether it is alone with a caller, so that his packets are passed on as they come. */
    boolean isAloneWithCaller() {
        Bridge with = bridge;
        return with != null
                && with.members.size() == 2
                && with.members.stream().anyMatch(CallerChannel.class::isInstance);
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
        } else if (isTooSlow(to)) {
            framesDropped.incrementAndGet();
        } else {
            to.writeBinaryMessage(Buffer.buffer(bytes));
        }
    }

    /** A burst fills the queue for a moment; who reads too slowly leaves it full. */
    private boolean isTooSlow(ServerWebSocket to) {
        long now = System.nanoTime();
        if (!to.writeQueueFull()) {
            fullSince = 0;
        } else if (fullSince == 0) {
            fullSince = now;
        }
        return fullSince != 0 && now - fullSince > WRITE_TIMEOUT_NANOS;
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

    private static short[] halved(short[] frame) {
        short[] half = new short[frame.length / 2];
        for (int i = 0; i < half.length; i++) {
            half[i] = (short) ((frame[2 * i] + frame[2 * i + 1]) / 2);
        }
        return half;
    }

    @Override
    short @Nullable [] speaks() {
        return saying;
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
