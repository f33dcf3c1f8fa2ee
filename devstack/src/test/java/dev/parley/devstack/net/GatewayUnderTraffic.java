package dev.parley.devstack.net;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.GatewayMeter;
import dev.parley.gateway.GatewayService;
import dev.parley.records.AudioFrame;
import dev.parley.records.CallEvent;
import dev.parley.records.CallEventType;
import dev.parley.records.FrameKind;
import dev.parley.schemas.Topics;
import dev.parley.testkit.asterisk.SimulatedAsterisk;
import dev.parley.testkit.asterisk.SimulatedCall;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** Calls begin, go on and end: every frame of each is on the topics, once and in order, and so are its start and its end. */
final class GatewayUnderTraffic extends UnderTraffic {
    private static final int A_CALL_EVERY = 20;
    /** Frames after which a call's tap stands, even on a busy machine. */
    private static final int BRIEF = 100;

    private final SimulatedAsterisk asterisk;
    private final List<SimulatedCall> calls = new CopyOnWriteArrayList<>();
    private final Set<SimulatedCall> answered = ConcurrentHashMap.newKeySet();
    /** By call. */
    private final Map<String, List<AudioFrame>> frames = new ConcurrentHashMap<>();

    private final List<CallEvent> events = new CopyOnWriteArrayList<>();
    private volatile int read;

    private GatewayUnderTraffic(Map<String, String> broker, SimulatedAsterisk asterisk) {
        super(broker, settings(asterisk));
        this.asterisk = closing(asterisk);
        follow(Topics.AUDIO_FRAMES, record -> {
            frames.computeIfAbsent(record.key(), call -> Collections.synchronizedList(new ArrayList<>()))
                    .add(record.value());
            read++;
        });
        follow(Topics.CALL_EVENTS, record -> events.add(record.value()));
        start(GatewayService::new);
    }

    static UnderTraffic start(Map<String, String> broker) {
        return new GatewayUnderTraffic(broker, SimulatedAsterisk.start(0, "sim", "parley"));
    }

    /** For a gateway, and for players beside it. */
    static Map<String, String> settings(SimulatedAsterisk asterisk) {
        return Map.of(
                "ASTERISK_URL", asterisk.uri().toString(),
                "ASTERISK_NAME", "sim",
                "ARI_USERNAME", SimulatedAsterisk.USER,
                "ARI_PASSWORD", SimulatedAsterisk.PASSWORD,
                "PLAYBACK", "ari",
                "FALLBACK_AFTER", "0",
                // A busy machine is slow to start a broker.
                "FRAME_BUFFER_SECONDS", "180");
    }

    @Override
    void feed(int n) {
        if (n % A_CALL_EVERY == 0 && asterisk.isAppConnected()) {
            calls.add(asterisk.dial("+15551234", "100", "en"));
        }
        calls.stream().filter(SimulatedCall::isAnswered).forEach(answered::add);
        // Most last for a while, so that some begin, some end and some do neither while Kafka is away.
        if (n % A_CALL_EVERY == A_CALL_EVERY / 2 && calls.size() > 2) {
            var oldest = calls.get(calls.size() - 3);
            if (answered.contains(oldest)) {
                oldest.hangUp();
            }
        }
    }

    @Override
    void end() {
        calls.forEach(SimulatedCall::hangUp);
    }

    @Override
    int done() {
        return read;
    }

    @Override
    void assertAllDoneOnce() {
        assertThat(answered).isNotEmpty();
        for (var reason : List.of("buffer-full", "undelivered")) {
            assertThat(metrics.value(GatewayMeter.FRAMES_DROPPED, "reason", reason))
                    .as(reason)
                    .isZero();
        }
        for (var call : answered) {
            var id = "sim~" + call.channelId();
            assertThat(events.stream()
                            .filter(event -> event.getCallId().equals(id))
                            .map(CallEvent::getType)
                            // Where the machine stalls for seconds it stands down, and takes its own calls up again.
                            .filter(type -> type != CallEventType.RESYNCED))
                    .as("events of %s", id)
                    .containsExactly(CallEventType.STARTED, CallEventType.ENDED);
            assertWhole(id, List.copyOf(frames.getOrDefault(id, List.of())));
        }
    }

    /** A frame that came too late is a GAP, whether there is a broker or not; none may be one for want of a broker. */
    private static void assertWhole(String id, List<AudioFrame> records) {
        long next = 0;
        boolean heard = false;
        for (var record : records) {
            assertThat(record.getFrame()).as("the next frame of %s", id).isEqualTo(next);
            next = record.getLastFrame() + 1;
            heard |= record.getKind() == FrameKind.FRAME;
        }
        assertThat(records.stream().anyMatch(record -> record.getKind() == FrameKind.END))
                .as("the end of %s", id)
                .isTrue();
        assertThat(heard || next < BRIEF).as("%s was heard", id).isTrue();
    }
}
