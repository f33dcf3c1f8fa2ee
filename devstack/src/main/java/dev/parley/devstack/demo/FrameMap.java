package dev.parley.devstack.demo;

import dev.parley.audio.Pcm;
import dev.parley.records.AudioFrame;
import dev.parley.testkit.line.LineRecording;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Which of the call's frames carries a frame of the caller's line. Found by the samples themselves, which the tap carries unchanged: the
 * distance is the tap's delay, and may differ from place to place.
 */
final class FrameMap {
    /** Quieter frames look alike. */
    private static final double DISTINCT_DB = -50;

    private final TreeMap<Integer, Long> callFrames = new TreeMap<>();

    FrameMap(LineRecording sent, Stream<AudioFrame> frames) {
        Map<ByteBuffer, Integer> lineFrames = new HashMap<>();
        for (int frame = 0; frame < sent.frames(); frame++) {
            short[] samples = sent.frame(frame);
            if (Pcm.levelDb(samples) > DISTINCT_DB) lineFrames.put(ByteBuffer.wrap(Pcm.toBytes(samples)), frame);
        }
        frames.filter(frame -> frame.getPcm() != null).forEach(frame -> {
            Integer lineFrame = lineFrames.get(frame.getPcm());
            if (lineFrame != null) callFrames.put(lineFrame, frame.getFrame());
        });
    }

    /** The call's frame for a sample of the line: where it is not known, as far from its neighbour as on the line. */
    long toCall(int sample) {
        int frame = sample / LineRecording.FRAME_SAMPLES;
        Map.Entry<Integer, Long> known = callFrames.floorEntry(frame);
        if (known == null) known = callFrames.firstEntry();
        return known == null ? frame : known.getValue() + frame - known.getKey();
    }

    /** The line's frame at which the call's frame 0 is; 0 where the line begins later. */
    int frameZero() {
        return callFrames.isEmpty()
                ? 0
                : (int) Math.max(
                        0, callFrames.firstKey() - callFrames.firstEntry().getValue());
    }
}
