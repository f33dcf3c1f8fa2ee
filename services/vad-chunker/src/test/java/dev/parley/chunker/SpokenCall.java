package dev.parley.chunker;

import dev.parley.audio.Frames;
import dev.parley.audio.Resampler;
import dev.parley.audio.WavFile;
import dev.parley.records.AudioFrame;
import dev.parley.records.Heard;
import dev.parley.records.ReplyKind;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** A call as a script of sounds; remembers at which frames each of them lies. */
public final class SpokenCall {
    private final String callId;
    private short[] samples = new short[0];
    private final List<long[]> botHeard = new ArrayList<>();
    private final List<String> playbacks = new ArrayList<>();

    public SpokenCall(String callId) {
        this.callId = callId;
    }

    /** A recording, from its first to its last sound: digital silence at its ends is cut off. */
    public SpokenCall say(Path recording) {
        return add(trim(
                Resampler.resample(WavFile.read(recording), Frames.SAMPLE_RATE).samples()));
    }

    /** A part of a recording, in seconds. */
    public SpokenCall say(Path recording, double from, double to) {
        short[] all = trim(
                Resampler.resample(WavFile.read(recording), Frames.SAMPLE_RATE).samples());
        return add(Arrays.copyOfRange(
                all, (int) (from * Frames.SAMPLE_RATE), Math.min(all.length, (int) (to * Frames.SAMPLE_RATE))));
    }

    /** Sound that {@link ScriptedVoice} takes for a voice. */
    public SpokenCall voice(double seconds) {
        return voice(seconds, 8000);
    }

    /** Likewise, so loud. */
    public SpokenCall voice(double seconds, int peak) {
        short[] sound = new short[(int) Math.round(seconds * Frames.SAMPLE_RATE)];
        for (int i = 0; i < sound.length; i++) {
            sound[i] = (short) (i % 2 == 0 ? peak : -peak);
        }
        return add(sound);
    }

    public SpokenCall silence(double seconds) {
        return add(new short[(int) Math.round(seconds * Frames.SAMPLE_RATE)]);
    }

    public SpokenCall add(short[] sound) {
        short[] longer = Arrays.copyOf(samples, samples.length + sound.length);
        System.arraycopy(sound, 0, longer, samples.length, sound.length);
        samples = longer;
        return this;
    }

    /** From now on the bot is heard, until so many seconds later. */
    public SpokenCall bot(String playbackId, double seconds) {
        long from = samples.length / Frames.SAMPLES;
        botHeard.add(new long[] {from, from + Math.round(seconds * 50) - 1});
        playbacks.add(playbackId);
        return this;
    }

    /** Adds pink-like noise, so many dB below the effective value of what is louder than silence. */
    public SpokenCall noise(double snrDb, long seed) {
        double power = 0;
        int loud = 0;
        for (short sample : samples) {
            if (Math.abs(sample) > 200) {
                power += (double) sample * sample;
                loud++;
            }
        }
        double rms = Math.sqrt(power / Math.max(1, loud)) * Math.pow(10, -snrDb / 20);
        short[] pink = pink(samples.length, rms, new Random(seed));
        for (int i = 0; i < samples.length; i++) {
            samples[i] = (short) Math.clamp(samples[i] + pink[i], Short.MIN_VALUE, Short.MAX_VALUE);
        }
        return this;
    }

    /** Pink noise after Paul Kellet's economy filter. */
    static short[] pink(int length, double rms, Random random) {
        double[] noise = new double[length];
        double b0 = 0;
        double b1 = 0;
        double b2 = 0;
        double power = 0;
        for (int i = 0; i < length; i++) {
            double white = random.nextGaussian();
            b0 = 0.99765 * b0 + white * 0.0990460;
            b1 = 0.96300 * b1 + white * 0.2965164;
            b2 = 0.57000 * b2 + white * 1.0526913;
            noise[i] = b0 + b1 + b2 + white * 0.1848;
            power += noise[i] * noise[i];
        }
        double gain = rms / Math.sqrt(power / length);
        short[] out = new short[length];
        for (int i = 0; i < length; i++) {
            out[i] = (short) Math.clamp(Math.round(noise[i] * gain), Short.MIN_VALUE, Short.MAX_VALUE);
        }
        return out;
    }

    /** The frame that comes next. */
    public long now() {
        return samples.length / Frames.SAMPLES;
    }

    public short[] samples() {
        return samples;
    }

    /** The call on the topic, with a hang-up after its last frame. */
    public List<AudioFrame> records() {
        List<AudioFrame> records = Recording.call(callId, samples);
        for (int i = 0; i < botHeard.size(); i++) {
            long[] range = botHeard.get(i);
            String id = playbacks.get(i);
            ReplyKind kind = ReplyKind.valueOf(id.substring(0, id.indexOf('-')).toUpperCase(java.util.Locale.ROOT));
            for (long frame = range[0]; frame <= range[1] && frame < records.size() - 1; frame++) {
                records.get((int) frame).setHeard(new Heard(id, kind, null));
            }
        }
        return records;
    }

    private static short[] trim(short[] sound) {
        int from = 0;
        int to = sound.length;
        while (from < to && Math.abs(sound[from]) < 30) {
            from++;
        }
        while (to > from && Math.abs(sound[to - 1]) < 30) {
            to--;
        }
        return Arrays.copyOfRange(sound, from, to);
    }
}
