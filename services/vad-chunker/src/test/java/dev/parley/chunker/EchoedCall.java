package dev.parley.chunker;

import dev.parley.audio.Frames;
import dev.parley.audio.Pcm;
import dev.parley.audio.Resampler;
import dev.parley.audio.WavFile;
import dev.parley.chunker.domain.CallListening;
import dev.parley.chunker.domain.Decision;
import dev.parley.chunker.domain.ListeningSettings;
import dev.parley.chunker.vad.Batch;
import dev.parley.chunker.vad.ListenedCall;
import dev.parley.records.AudioFrame;
import dev.parley.records.BargeIn;
import dev.parley.records.Heard;
import dev.parley.records.ListeningCheckpoint;
import dev.parley.records.ReplyKind;
import dev.parley.speech.VoiceActivityModel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * A call in which the bot's voice comes back in the caller's audio, held as it goes: the bot pauses when the ears say so, goes on when they let it, and, stopped,
 * begins its next answer a second later.
 */
final class EchoedCall {
    /** From a decision to the bot's silence on the line, 60 ms. */
    private static final int CONTROL = 3;

    private static final int NEXT_ANSWER = 50;

    /** RMS of the noise of the line: -62 dB. */
    private static final double NOISE = 26;

    private final short[] bot;
    private final short[] caller = new short[60 * Frames.SAMPLE_RATE];
    private double echo;
    private int delay;
    private boolean levelKnown = true;
    private final List<AudioFrame> records = new ArrayList<>();

    /** @param bot what it says, over and over */
    EchoedCall(short[] bot) {
        this.bot = bot;
    }

    static short[] sound(Path recording, double level) {
        short[] samples =
                Resampler.resample(WavFile.read(recording), Frames.SAMPLE_RATE).samples();
        return Pcm.gain(samples, level - loud(samples));
    }

    /** Level of what is louder than a pause, in dB. */
    private static double loud(short[] samples) {
        double power = 0;
        int n = 0;
        for (short sample : samples) {
            if (Math.abs(sample) > 200) {
                power += (double) sample * sample;
                n++;
            }
        }
        return 10 * Math.log10(power / n) - 20 * Math.log10(32_768);
    }

    /** The bot comes back so much quieter (0: it does not), after so many milliseconds. */
    EchoedCall echo(double quieter, int millis) {
        echo = quieter == 0 ? 0 : Math.pow(10, -quieter / 20);
        delay = millis * Frames.SAMPLE_RATE / 1000;
        return this;
    }

    EchoedCall levelUnknown() {
        levelKnown = false;
        return this;
    }

    /** The caller says this at a second of the call. */
    EchoedCall caller(double from, short[] sound) {
        int first = frame(from) * Frames.SAMPLES;
        for (int i = 0; i < sound.length && first + i < caller.length; i++) {
            caller[first + i] = sound[i];
        }
        return this;
    }

    private static int frame(double second) {
        return (int) Math.round(second * 50);
    }

    /** The records of the call as it was held. */
    List<AudioFrame> records() {
        return records;
    }

    /** Holds it for so many seconds. */
    Rehearsal hold(double seconds, VoiceActivityModel model) {
        Rehearsal rehearsal = new Rehearsal(new ArrayList<>(), new ArrayList<>());
        List<BargeIn> control = new ArrayList<>();
        CallListening listening = new CallListening("a~1", ListeningSettings.DEFAULTS);
        ListenedCall call = new ListenedCall(listening, new ListenedCall.Out() {
            @Override
            public void decided(Decision decision) {
                rehearsal.decisions().add(decision);
                if (decision instanceof Decision.Control(BargeIn state)) {
                    control.add(state);
                }
            }

            @Override
            public void checkpoint(ListeningCheckpoint checkpoint) {
                rehearsal.checkpoints().add(checkpoint);
            }
        });
        Batch batch = new Batch(model);
        int frames = frame(seconds);
        short[] played = new short[frames * Frames.SAMPLES];
        Random noise = new Random(11);
        int position = 0;
        int answer = 0;
        int silentUntil = 0;
        boolean paused = false;
        long voidBefore = 0;
        for (int frame = 0; frame < frames; frame++) {
            for (BargeIn state : control) {
                if (state.getFrame() + CONTROL == frame) {
                    paused = state.getSuspicion() != null;
                    if (state.getVoidBefore() > voidBefore) {
                        voidBefore = state.getVoidBefore();
                        silentUntil = frame + NEXT_ANSWER;
                        answer++;
                    }
                }
            }
            boolean speaks = !paused && frame >= silentUntil;
            int first = frame * Frames.SAMPLES;
            if (speaks) {
                for (int i = 0; i < Frames.SAMPLES; i++) {
                    played[first + i] = bot[position++ % bot.length];
                }
            }
            Heard heard = null;
            if (speaks || paused) {
                double level = Pcm.levelDb(played, first, Frames.SAMPLES);
                heard = new Heard(
                        "answer-c-" + answer + "-0-0-0-0", ReplyKind.ANSWER, levelKnown ? (float) level : null);
            }
            short[] line = line(frame, played, noise);
            records.add(record(frame, line, heard));
            listening.offer(records.getLast(), frame);
            batch.listen(List.of(call), Integer.MAX_VALUE);
        }
        return rehearsal;
    }

    private short[] line(int frame, short[] played, Random noise) {
        short[] line = new short[Frames.SAMPLES];
        for (int i = 0; i < line.length; i++) {
            int n = frame * Frames.SAMPLES + i;
            double sound = n < delay ? 0 : played[n - delay];
            line[i] = (short) Math.clamp(
                    Math.round(sound * echo + caller[n] + NOISE * noise.nextGaussian()),
                    Short.MIN_VALUE,
                    Short.MAX_VALUE);
        }
        return line;
    }

    private static AudioFrame record(int frame, short[] line, @Nullable Heard heard) {
        AudioFrame record =
                Recording.call("a~1", Arrays.copyOf(line, line.length)).getFirst();
        record.setFrame(frame);
        record.setLastFrame(frame);
        record.setAt(frame * Frames.MICROS);
        record.setHeard(heard);
        return record;
    }
}
