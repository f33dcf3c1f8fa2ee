package dev.parley.devstack.demo;

import dev.parley.agent.domain.Backchannels;
import dev.parley.agent.domain.Words;
import dev.parley.audio.Frames;
import dev.parley.audio.Pcm;
import dev.parley.audio.Sound;
import dev.parley.chunker.domain.CallListening;
import dev.parley.chunker.domain.Decision;
import dev.parley.chunker.domain.ListeningSettings;
import dev.parley.chunker.vad.Batch;
import dev.parley.chunker.vad.ListenedCall;
import dev.parley.records.AudioFrame;
import dev.parley.records.FrameKind;
import dev.parley.records.Heard;
import dev.parley.records.ListeningCheckpoint;
import dev.parley.records.ReplyKind;
import dev.parley.records.SpeechEvent;
import dev.parley.records.SpeechEventType;
import dev.parley.records.UtteranceChunk;
import dev.parley.speech.Recognition;
import dev.parley.speech.SpeechRecogniser;
import dev.parley.speech.VoiceActivityModel;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Something that a caller says while the bot speaks, and what the ears and the recogniser make of it: the chunks that the chunker cuts
 * from it, each with its text and the recogniser's confidence.
 *
 * @param readings of its chunks with audio, in the order of their cuts
 * @param stoppedByVoice whether there was so much voice that the words do not matter
 * @param noticed whether the ears took it for a voice over the bot at all
 */
record OverTheBot(String label, boolean backchannel, List<Reading> readings, boolean stoppedByVoice, boolean noticed) {
    /** What was read of a chunk. */
    record Reading(String text, float confidence) {}

    private static final int WORDS_THAT_MAY_BE_A_HUM = 3;
    private static final int BEFORE = 50;
    private static final int AFTER = 160;

    /** Whether the bot is stopped, where few words of less confidence than this are taken for none. */
    boolean stops(float doubtfulBelow, Backchannels backchannels) {
        return stoppedByVoice || readings.stream().anyMatch(reading -> counts(reading, doubtfulBelow, backchannels));
    }

    private static boolean counts(Reading reading, float doubtfulBelow, Backchannels backchannels) {
        boolean doubtful =
                reading.confidence() < doubtfulBelow && Words.of(reading.text()).size() <= WORDS_THAT_MAY_BE_A_HUM;
        return Words.any(reading.text()) && !doubtful && !backchannels.matches(reading.text());
    }

    /**
     * @param gainDb how much louder or quieter it is said than it was recorded
     * @param noiseDb level of the line's noise, in dB below full scale
     */
    static OverTheBot of(
            String label,
            boolean backchannel,
            Sound sound,
            double gainDb,
            double noiseDb,
            VoiceActivityModel voice,
            SpeechRecogniser recogniser) {
        List<UtteranceChunk> chunks = new ArrayList<>();
        List<SpeechEventType> events = new ArrayList<>();
        CallListening listening = new CallListening("over~the-bot", ListeningSettings.DEFAULTS);
        ListenedCall call = new ListenedCall(listening, new ListenedCall.Out() {
            @Override
            public void decided(Decision decision) {
                if (decision instanceof Decision.Cut(UtteranceChunk cut) && cut.getPcm() != null) chunks.add(cut);
                if (decision instanceof Decision.Noted(SpeechEvent event)) events.add(event.getType());
            }

            @Override
            public void checkpoint(ListeningCheckpoint checkpoint) {}
        });
        Batch batch = new Batch(voice);
        short[] line = line(sound.samples(), gainDb, noiseDb, label.hashCode());
        for (int frame = 0; frame <= line.length / Frames.SAMPLES; frame++) {
            listening.offer(record(line, frame), frame);
            batch.listen(List.of(call), Integer.MAX_VALUE);
        }
        List<Reading> readings = new ArrayList<>();
        for (UtteranceChunk chunk : chunks) {
            Recognition read = recogniser.recognise(
                    new Sound(Frames.SAMPLE_RATE, Pcm.fromBytes(chunk.getPcm().duplicate())));
            readings.add(new Reading(read.text(), (float) read.confidence().orElse(1)));
        }
        boolean noticed = events.contains(SpeechEventType.SUSPECTED) || events.contains(SpeechEventType.HELD);
        return new OverTheBot(
                label, backchannel, List.copyOf(readings), events.contains(SpeechEventType.CONFIRMED), noticed);
    }

    private static short[] line(short[] said, double gainDb, double noiseDb, long seed) {
        int from = BEFORE * Frames.SAMPLES;
        int length = Math.ceilDiv(said.length, Frames.SAMPLES) * Frames.SAMPLES;
        short[] line = new short[from + length + AFTER * Frames.SAMPLES];
        Random random = new Random(seed);
        double noise = 32_768 * Math.pow(10, noiseDb / 20);
        double gain = Math.pow(10, gainDb / 20);
        for (int i = 0; i < line.length; i++) {
            double voice = i >= from && i - from < said.length ? said[i - from] * gain : 0;
            line[i] = (short) Math.clamp(Math.round(voice + noise * random.nextGaussian()), -32_768, 32_767);
        }
        return line;
    }

    private static AudioFrame record(short[] line, int frame) {
        boolean end = frame == line.length / Frames.SAMPLES;
        AudioFrame.Builder record = AudioFrame.newBuilder()
                .setCallId("over~the-bot")
                .setKind(end ? FrameKind.END : FrameKind.FRAME)
                .setFrame(frame)
                .setLastFrame(frame)
                .setTapEpoch(0)
                .setAt(frame * Frames.MICROS);
        if (!end) {
            byte[] pcm = Pcm.toBytes(
                    java.util.Arrays.copyOfRange(line, frame * Frames.SAMPLES, (frame + 1) * Frames.SAMPLES));
            record.setPcm(ByteBuffer.wrap(pcm)).setHeard(new Heard("answer-c-0-0-0-0-0", ReplyKind.ANSWER, null));
        }
        return record.build();
    }
}
