package dev.parley.gateway;

import dev.parley.gateway.ari.AsteriskLink;
import dev.parley.gateway.domain.CallHistory;
import dev.parley.gateway.kafka.CallLanes;
import dev.parley.records.CallCommand;
import dev.parley.records.SpeechEvent;
import dev.parley.runtime.Metrics;
import dev.parley.runtime.Service;
import dev.parley.runtime.kafka.Publisher;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The gateway without its reading of Kafka: calls at Asterisk on one side, publishers on the other. What is heard of callers and
 * wanted of calls is handed in.
 */
final class Gateway implements Service {
    private final GatewayConfig config;
    private final CallLanes lanes;
    private final AsteriskLink asterisk;

    Gateway(GatewayConfig config, Publisher frames, Publisher control, CallHistory history, Metrics metrics) {
        this.config = config;
        this.lanes = new CallLanes(frames, control, config.frameBuffer(), metrics);
        this.asterisk =
                new AsteriskLink(config.server(), config.rules(), MicroClock.system(), metrics, lanes::lane, history);
    }

    @Override
    public void start() {
        asterisk.start();
    }

    void speech(SpeechEvent speech) {
        asterisk.speech(speech);
    }

    void command(CallCommand command) {
        asterisk.command(command);
    }

    void listens(String callId) {
        asterisk.listens(callId);
    }

    void agentRests(String callId, long at) {
        asterisk.agentRests(callId, at);
    }

    @Override
    public boolean live() {
        return lanes.live();
    }

    @Override
    public Optional<String> notReadyBecause() {
        return Stream.of(asterisk.notConnectedBecause(), lanes.stuckBecause())
                .flatMap(Optional::stream)
                .findFirst();
    }

    @Override
    public void close() {
        asterisk.close();
        lanes.close(config.drain());
    }
}
