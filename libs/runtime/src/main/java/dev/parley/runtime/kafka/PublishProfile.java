package dev.parley.runtime.kafka;

/**
 * How a {@link Publisher} trades latency for throughput. Each profile has a producer, and so a connection and a buffer, of its own: control records never wait behind
 * sound.
 */
public enum PublishProfile {
    /** Every record goes out at once. */
    LIVE(0, 32 << 20),
    /** Frames of all calls share requests: a record waits at most 2 ms for others. */
    FRAMES(2, 64 << 20);

    final int lingerMillis;
    final int bufferBytes;

    PublishProfile(int lingerMillis, int bufferBytes) {
        this.lingerMillis = lingerMillis;
        this.bufferBytes = bufferBytes;
    }
}
