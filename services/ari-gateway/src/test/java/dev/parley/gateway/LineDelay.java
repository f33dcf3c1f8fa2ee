package dev.parley.gateway;

import dev.parley.audio.Pcm;
import dev.parley.records.AudioFrame;
import dev.parley.records.FrameKind;
import dev.parley.testkit.line.LineRecording;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * How long a caller's frames took from the phone into the records, in milliseconds, in rising order. The line must carry noise, so
 * that a frame is known again.
 */
record LineDelay(List<Long> millis) {
    /** @param fromFrame of those that were sent, the first that counts */
    static LineDelay of(LineRecording sent, List<AudioFrame> records, int fromFrame) {
        Map<ByteBuffer, Long> arrived = new HashMap<>();
        records.stream()
                .filter(record -> record.getKind() == FrameKind.FRAME)
                .forEach(record -> arrived.putIfAbsent(record.getPcm(), record.getAt()));
        return new LineDelay(IntStream.range(fromFrame, sent.frames())
                .filter(i -> arrived.containsKey(bytes(sent, i)))
                .mapToObj(i -> (arrived.get(bytes(sent, i)) - sent.atMicros()[i]) / 1_000)
                .sorted()
                .toList());
    }

    static ByteBuffer bytes(LineRecording sent, int frame) {
        return ByteBuffer.wrap(Pcm.toBytes(sent.frame(frame)));
    }

    /** @throws IllegalStateException where too few frames arrived to tell */
    long median() {
        if (millis.size() < 10) {
            throw new IllegalStateException("of so few frames no delay can be told: " + millis);
        }
        return millis.get(millis.size() / 2);
    }

    long longest() {
        return millis.getLast();
    }
}
