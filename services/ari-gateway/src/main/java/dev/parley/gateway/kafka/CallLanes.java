package dev.parley.gateway.kafka;

import dev.parley.audio.Frames;
import dev.parley.gateway.domain.CallLog;
import dev.parley.runtime.Metrics;
import dev.parley.runtime.kafka.Publisher;
import java.time.Duration;
import java.util.Optional;
import java.util.stream.Stream;

/** The gateway's way out to Kafka: frames on one path, everything else on another, so that control never waits behind sound. */
public final class CallLanes {
    private final Outbox frames;
    private final Outbox control;
    private final int mostFrames;
    private final Metrics metrics;

    /** @param frameBuffer so much of each call's audio may wait while Kafka is away */
    public CallLanes(Publisher frames, Publisher control, Duration frameBuffer, Metrics metrics) {
        this.frames = new Outbox("gateway-frames", frames, metrics);
        this.control = new Outbox("gateway-control", control, metrics);
        this.mostFrames = Frames.covering(frameBuffer);
        this.metrics = metrics;
    }

    /** The way out for one call, to be used from one thread. */
    public CallLog lane(String callId) {
        return new CallLane(callId, frames, control, mostFrames, metrics);
    }

    public boolean live() {
        return frames.live() && control.live();
    }

    /** Why records do not get out, for people; empty while they do. */
    public Optional<String> stuckBecause() {
        return Stream.of(frames, control)
                .flatMap(outbox -> outbox.stuckBecause().stream())
                .findFirst();
    }

    /** Waits for what is on its way, for so long at most, and ends. */
    public void close(Duration atMost) {
        control.close(atMost.dividedBy(2));
        frames.close(atMost.dividedBy(2));
    }
}
