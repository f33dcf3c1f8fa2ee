package dev.parley.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.parley.ari.AriServer;
import dev.parley.gateway.domain.CallHistory;
import dev.parley.gateway.domain.InactivityRules;
import dev.parley.records.AudioFrame;
import dev.parley.records.CallEvent;
import dev.parley.records.CallEventType;
import dev.parley.records.FrameKind;
import dev.parley.runtime.Metrics;
import dev.parley.runtime.config.PlaybackTarget;
import dev.parley.runtime.kafka.RecordingPublisher;
import dev.parley.schemas.Topics;
import dev.parley.testkit.asterisk.SimulatedAsterisk;
import dev.parley.testkit.asterisk.SimulatedCall;
import dev.parley.testkit.net.FaultProxy;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.List;

/** A gateway at a simulated Asterisk; what it publishes is kept in memory. */
final class GatewayHarness implements AutoCloseable {
    static final InactivityRules PATIENT = new InactivityRules(
            Duration.ofMinutes(3), Duration.ofMinutes(1), Duration.ofSeconds(5), Duration.ofMinutes(1));

    static final DialRules DIAL = new DialRules("PJSIP/{}", Duration.ofSeconds(2));

    final SimulatedAsterisk asterisk = SimulatedAsterisk.start(0, "parley");
    /** What is between gateway and Asterisk. */
    final FaultProxy network = network(asterisk.uri());

    final RecordingPublisher frames = new RecordingPublisher();
    final RecordingPublisher control = new RecordingPublisher();
    final Metrics metrics = Metrics.inMemory();
    private final GatewayConfig config;
    Gateway gateway;

    GatewayHarness() {
        this(PATIENT, Duration.ofHours(1));
    }

    GatewayHarness(InactivityRules inactivity, Duration longestCall) {
        this(inactivity, longestCall, 0, FallbackRules.NONE);
    }

    GatewayHarness(InactivityRules inactivity, Duration longestCall, int mostCalls, FallbackRules fallback) {
        this(inactivity, longestCall, mostCalls, fallback, false, false, PlaybackTarget.CHANNEL);
    }

    /** Where the bot speaks through a leg. */
    static GatewayHarness streaming() {
        return new GatewayHarness(
                PATIENT, Duration.ofHours(1), 0, FallbackRules.NONE, true, false, PlaybackTarget.CHANNEL);
    }

    /** Where the bot is heard in a bridge. */
    static GatewayHarness playingTo(PlaybackTarget target) {
        return new GatewayHarness(PATIENT, Duration.ofHours(1), 0, FallbackRules.NONE, false, false, target);
    }

    /** Where a second tap tells how loud the bot is. */
    static GatewayHarness hearingTheBot() {
        return new GatewayHarness(
                PATIENT, Duration.ofHours(1), 0, FallbackRules.NONE, false, true, PlaybackTarget.CHANNEL);
    }

    private GatewayHarness(
            InactivityRules inactivity,
            Duration longestCall,
            int mostCalls,
            FallbackRules fallback,
            boolean stream,
            boolean botTap,
            PlaybackTarget target) {
        config = config(
                new CallRules("sim", "en", inactivity, longestCall, DIAL, mostCalls, fallback, stream, botTap, target));
        gateway = start();
    }

    private static FaultProxy network(URI asterisk) {
        try {
            return FaultProxy.start(0, new InetSocketAddress(asterisk.getHost(), asterisk.getPort()), 1);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Gateway start() {
        Gateway started = new Gateway(config, frames, control, CallHistory.NONE, metrics, () -> {});
        started.start();
        await().until(asterisk::isAppConnected);
        return started;
    }

    /** Another gateway takes over, which knows of the calls what Asterisk does. */
    void restart() {
        gateway.close();
        await().until(() -> !asterisk.isAppConnected());
        gateway = start();
    }

    private GatewayConfig config(CallRules rules) {
        return new GatewayConfig(
                new AriServer(
                        URI.create("http://127.0.0.1:" + network.port()),
                        SimulatedAsterisk.USER,
                        SimulatedAsterisk.PASSWORD,
                        "parley"),
                rules,
                Duration.ofSeconds(30),
                Duration.ofSeconds(2));
    }

    /** Rules for calls that nothing but the test ends. */
    static CallRules rules() {
        return new CallRules(
                "sim",
                "en",
                PATIENT,
                Duration.ofHours(1),
                DIAL,
                0,
                FallbackRules.NONE,
                false,
                false,
                PlaybackTarget.CHANNEL);
    }

    SimulatedCall dial() {
        return asterisk.dial("+15551234", "100", "en");
    }

    List<AudioFrame> audio(SimulatedCall call) {
        String callId = "sim~" + call.channelId();
        return frames.of(Topics.AUDIO_FRAMES).stream()
                .filter(frame -> frame.getCallId().equals(callId))
                .toList();
    }

    List<CallEvent> events(SimulatedCall call) {
        String callId = "sim~" + call.channelId();
        return control.of(Topics.CALL_EVENTS).stream()
                .filter(event -> event.getCallId().equals(callId))
                .toList();
    }

    List<CallEventType> eventTypes(SimulatedCall call) {
        return events(call).stream().map(CallEvent::getType).toList();
    }

    void awaitFrames(SimulatedCall call, int count) {
        await().atMost(Duration.ofSeconds(10))
                .pollInterval(Duration.ofMillis(20))
                .until(() -> audio(call).size() >= count);
    }

    void awaitEnded(SimulatedCall call) {
        awaitEnded(call, Duration.ofSeconds(10));
    }

    void awaitEnded(SimulatedCall call, Duration atMost) {
        await().atMost(atMost).until(() -> eventTypes(call).contains(CallEventType.ENDED));
    }

    /** No channel, no bridge: what a call leaves behind when all is well. */
    void awaitNothingLeft() {
        await().atMost(Duration.ofSeconds(10)).untilAsserted(() -> {
            assertThat(asterisk.liveChannels()).isEmpty();
            assertThat(asterisk.liveBridges()).isEmpty();
        });
    }

    /** Every frame from 0 is accounted for, in order; with an END, it is the last and the only one. */
    static void assertWithoutHole(List<AudioFrame> records) {
        long next = 0;
        for (AudioFrame record : records) {
            assertThat(record.getFrame()).as("%s", record.getKind()).isEqualTo(next);
            next = record.getLastFrame() + 1;
            if (record.getKind() == FrameKind.END) {
                assertThat(record).isSameAs(records.getLast());
            }
        }
    }

    @Override
    public void close() {
        gateway.close();
        try {
            network.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        asterisk.close();
    }
}
