package dev.parley.testkit.asterisk;

import dev.parley.audio.Pcm;
import java.io.ByteArrayOutputStream;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What a client has sent over a media websocket to be heard, one frame each 20 ms, and the commands about it, as Asterisk's
 * channels/chan_websocket.c has them (handle_command, process_binary_message, dequeue_frame). Marks stand in the same queue and
 * cost no time. Belongs to the clock's thread.
 */
final class MediaQueue {
    private static final int XOFF = 900;
    private static final int XON = 800;
    /** A message that comes while so many frames wait is dropped whole; one that comes before is taken whole. */
    private static final int FULL = 1_000;

    private final String channelId;
    private final int frameBytes;
    private final MediaControl control;
    private final Consumer<String> client;
    /** Frames ({@code byte[]}) and events that are due when they come to the head ({@code String}). */
    private final Deque<Object> waiting = new ArrayDeque<>();

    private final ByteArrayOutputStream leftOver = new ByteArrayOutputStream();
    private int frames;
    private boolean full;
    private boolean paused;
    private boolean buffering;
    private boolean reportDrained;

    MediaQueue(String channelId, int frameBytes, MediaControl control, Consumer<String> client) {
        this.channelId = channelId;
        this.frameBytes = frameBytes;
        this.control = control;
        this.client = client;
    }

    /** Carries out a command; false for one that is not about media. */
    boolean command(MediaControl.Command command) {
        switch (command.name()) {
            case "START_MEDIA_BUFFERING" -> buffering = true;
            case "STOP_MEDIA_BUFFERING" -> {
                buffering = false;
                if (leftOver.size() > 0) {
                    add(leftOver.toByteArray());
                    leftOver.reset();
                }
                waiting.add(control.reminder("MEDIA_BUFFERING_COMPLETED", channelId, command.id()));
            }
            case "MARK_MEDIA" -> waiting.add(control.reminder("MEDIA_MARK_PROCESSED", channelId, command.id()));
            case "FLUSH_MEDIA" -> {
                waiting.clear();
                frames = 0;
                buffering = false;
                leftOver.reset();
            }
            case "REPORT_QUEUE_DRAINED" -> reportDrained = true;
            case "GET_STATUS" -> client.accept(status());
            case "PAUSE_MEDIA" -> paused = true;
            case "CONTINUE_MEDIA" -> paused = false;
            default -> {
                return false;
            }
        }
        return true;
    }

    private String status() {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("channel_id", channelId);
        fields.put("queue_length", frames);
        fields.put("xon_level", XON);
        fields.put("xoff_level", XOFF);
        fields.put("queue_full", full);
        fields.put("bulk_media", buffering);
        fields.put("media_paused", paused);
        return control.fields("STATUS", fields);
    }

    /** Sound of the client's. Outside of buffering what is no whole frame is lost. */
    void audio(byte[] message) {
        if (frames >= FULL) {
            return;
        }
        if (!buffering) {
            leftOver.reset();
        }
        leftOver.writeBytes(message);
        byte[] all = leftOver.toByteArray();
        leftOver.reset();
        int from = 0;
        for (; from + frameBytes <= all.length; from += frameBytes) {
            add(Arrays.copyOfRange(all, from, from + frameBytes));
        }
        if (buffering) {
            leftOver.write(all, from, all.length - from);
        }
    }

    private void add(byte[] frame) {
        waiting.add(frame);
        frames++;
        if (!full && frames >= XOFF) {
            full = true;
            client.accept(control.plain("MEDIA_XOFF", channelId));
        }
    }

    /** The frame of this tick, after the marks before it; null where there is none. */
    short @Nullable [] next() {
        if (paused) {
            return null;
        }
        if (full && frames < XON) {
            full = false;
            client.accept(control.plain("MEDIA_XON", channelId));
        }
        if (waiting.isEmpty() && reportDrained) {
            reportDrained = false;
            client.accept(control.plain("QUEUE_DRAINED", channelId));
        }
        while (!waiting.isEmpty()) {
            Object head = waiting.remove();
            if (head instanceof byte[] frame) {
                frames--;
                return Pcm.fromBytes(frame);
            }
            client.accept((String) head);
        }
        return null;
    }
}
