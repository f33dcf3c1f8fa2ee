package dev.parley.chunker;

import dev.parley.audio.Frames;
import dev.parley.audio.Resampler;
import dev.parley.audio.WavFile;
import dev.parley.records.AudioFrame;
import dev.parley.records.FrameKind;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A recording as the call in which it is spoken: a record for each frame, and a hang-up after the last. */
final class Recording {
    private Recording() {}

    /**
     * Reads a recording of any rate as a call.
     *
     * @throws dev.parley.audio.UnusableAudio when it cannot be read
     */
    static List<AudioFrame> read(String callId, Path file) {
        return call(
                callId,
                Resampler.resample(WavFile.read(file), Frames.SAMPLE_RATE).samples());
    }

    /** The frames of this sound; the last one is filled up with silence. Frame 0 is at the beginning of 1970. */
    static List<AudioFrame> call(String callId, short[] samples) {
        int count = Math.ceilDiv(samples.length, Frames.SAMPLES);
        List<AudioFrame> frames = new ArrayList<>(count + 1);
        for (int frame = 0; frame < count; frame++) {
            short[] part = Arrays.copyOfRange(samples, frame * Frames.SAMPLES, (frame + 1) * Frames.SAMPLES);
            ByteBuffer pcm = ByteBuffer.allocate(Frames.BYTES).order(ByteOrder.LITTLE_ENDIAN);
            pcm.asShortBuffer().put(part);
            frames.add(record(callId, FrameKind.FRAME, frame).setPcm(pcm).build());
        }
        frames.add(record(callId, FrameKind.END, count).build());
        return frames;
    }

    private static AudioFrame.Builder record(String callId, FrameKind kind, long frame) {
        return AudioFrame.newBuilder()
                .setCallId(callId)
                .setKind(kind)
                .setFrame(frame)
                .setLastFrame(frame)
                .setAt(frame * Frames.MICROS);
    }
}
