package dev.parley.testkit.asterisk;

import dev.parley.audio.Frames;
import io.vertx.core.json.JsonObject;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One playback, from its request to its end. The states and what is allowed in each are Asterisk's (res_stasis_playback).
 * Belongs to the clock's thread.
 */
final class Playback {
    /** Stopped, cancelled and complete all say {@code done}. */
    enum State {
        QUEUED("queued"),
        PLAYING("playing"),
        CONTINUING("continuing"),
        PAUSED("paused"),
        STOPPED("done"),
        COMPLETE("done"),
        CANCELLED("done"),
        FAILED("failed");

        final String text;

        State(String text) {
            this.text = text;
        }
    }

    final String id;
    final List<String> media;
    final String targetUri;
    final String language;
    final int skipMillis;
    State state = State.QUEUED;
    int index;
    boolean controllable;
    private final int offsetMillis;
    private short[] samples = new short[0];
    private boolean loaded;
    private int position;
    private boolean strayFrame;

    Playback(String id, List<String> media, String targetUri, String language, int offsetMillis, int skipMillis) {
        this.id = id;
        this.media = media;
        this.targetUri = targetUri;
        this.language = language;
        this.offsetMillis = offsetMillis;
        this.skipMillis = skipMillis;
    }

    String mediaUri() {
        return media.get(index);
    }

    boolean isLast() {
        return index == media.size() - 1;
    }

    void loaded(short[] audio) {
        samples = audio;
        loaded = true;
        position = 0;
        strayFrame = false;
        if (index == 0 && offsetMillis > 0) {
            position = Math.min(samples.length, Frames.coveringMillis(offsetMillis) * Frames.SAMPLES);
            strayFrame = true;
        }
    }

    void nextMedia() {
        index++;
        loaded = false;
    }

    boolean isLoading() {
        return !loaded;
    }

    boolean isOver() {
        return loaded && position >= samples.length;
    }

    /** The frame of this tick, or null while it is loading, paused or over. */
    short @Nullable [] frame() {
        if (!loaded || state != State.PLAYING || position >= samples.length) {
            return null;
        }
        if (strayFrame) {
            strayFrame = false;
            return Arrays.copyOf(samples, Frames.SAMPLES);
        }
        short[] frame = Arrays.copyOfRange(samples, position, position + Frames.SAMPLES);
        position += Frames.SAMPLES;
        return frame;
    }

    /** Goes on where it stood, after one stray frame of the file's start. */
    void unpause() {
        state = State.PLAYING;
        strayFrame = loaded;
    }

    void skip(int millis) {
        int to = position + millis / Frames.MILLIS * Frames.SAMPLES;
        position = Math.clamp(to, 0, samples.length);
    }

    void restart() {
        position = 0;
    }

    JsonObject json() {
        JsonObject json = new JsonObject().put("id", id).put("media_uri", mediaUri());
        if (!isLast()) {
            json.put("next_media_uri", media.get(index + 1));
        }
        return json.put("target_uri", targetUri).put("language", language).put("state", state.text);
    }
}
