package dev.parley.player.sound;

import dev.parley.audio.Frames;
import dev.parley.audio.Pcm;
import dev.parley.audio.Resampler;
import dev.parley.audio.Sound;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * A text as the caller hears it: 8 kHz, whole frames, one frame of silence first. Asterisk plays one stray frame of a file's beginning
 * when it goes on after a pause; silence there makes that inaudible.
 *
 * @param key names the sound: the same voice and text always have the same
 * @param voice who speaks
 * @param pcm 16-bit signed little-endian samples; not to be written to
 * @param tookMicros what the synthesis took
 */
@SuppressWarnings("ArrayRecordComponent") // compared by key; a copy for each look would help nobody
public record LineSound(String key, String voice, byte[] pcm, long tookMicros) {
    private static final int KEY_CHARS = 32;

    /** Brings what a voice said to the line. */
    static LineSound of(String voice, String text, Sound spoken, long tookMicros) {
        short[] samples = Resampler.resample(spoken, Frames.SAMPLE_RATE).samples();
        int frames = 1 + Math.ceilDiv(samples.length, Frames.SAMPLES);
        short[] line = new short[frames * Frames.SAMPLES];
        System.arraycopy(samples, 0, line, Frames.SAMPLES, samples.length);
        return new LineSound(keyOf(voice, text), voice, Pcm.toBytes(line), tookMicros);
    }

    static String keyOf(String voice, String text) {
        try {
            byte[] hash =
                    MessageDigest.getInstance("SHA-256").digest((voice + '\n' + text).getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash).substring(0, KEY_CHARS);
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java has SHA-256", e);
        }
    }

    /** Length in milliseconds, the leading silence included. */
    public int millis() {
        return pcm.length / Frames.BYTES * Frames.MILLIS;
    }

    /** The same as a WAV file. */
    public byte[] wav() {
        ByteBuffer file = ByteBuffer.allocate(44 + pcm.length).order(ByteOrder.LITTLE_ENDIAN);
        file.put(ascii("RIFF")).putInt(36 + pcm.length).put(ascii("WAVE"));
        file.put(ascii("fmt ")).putInt(16).putShort((short) 1).putShort((short) 1);
        file.putInt(Frames.SAMPLE_RATE)
                .putInt(2 * Frames.SAMPLE_RATE)
                .putShort((short) 2)
                .putShort((short) 16);
        file.put(ascii("data")).putInt(pcm.length).put(pcm);
        return file.array();
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof LineSound sound && sound.key.equals(key) && Arrays.equals(sound.pcm, pcm);
    }

    @Override
    public int hashCode() {
        return key.hashCode();
    }

    @Override
    public String toString() {
        return "LineSound[" + key + ", " + millis() + " ms]";
    }
}
