package dev.parley.gateway;

import dev.parley.gateway.kafka.KafkaCallHistory;
import dev.parley.records.CallCommand;
import dev.parley.records.Conversation;
import dev.parley.records.ListeningCheckpoint;
import dev.parley.records.SpeechEvent;
import dev.parley.runtime.Service;
import dev.parley.runtime.ServiceContext;
import dev.parley.runtime.kafka.KafkaConnection;
import dev.parley.runtime.kafka.PublishProfile;
import dev.parley.runtime.kafka.TopicTail;
import dev.parley.schemas.Topics;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The service between one Asterisk and the topics. It needs no group and owns no partitions: its calls are those of its Asterisk.
 *
 * <p>Asterisk away: it goes on trying and is not ready meanwhile; calls that are up stay up. Kafka away: audio waits for
 * FRAME_BUFFER_SECONDS. Killed: the next process adopts the calls that are up, and ends on the topics those that are not.
 */
public final class GatewayService implements Service {
    private final KafkaConnection kafka;
    private final Gateway gateway;
    private @Nullable TopicTail<SpeechEvent> speech;
    private @Nullable TopicTail<CallCommand> commands;
    private @Nullable TopicTail<ListeningCheckpoint> listening;
    private @Nullable TopicTail<Conversation> conversations;

    /** @throws dev.parley.runtime.config.BadSettings for settings that cannot be */
    public GatewayService(ServiceContext context) {
        this.kafka = context.kafka();
        GatewayConfig config = GatewayConfig.from(context.settings());
        this.gateway = new Gateway(
                config,
                kafka.publisher(PublishProfile.FRAMES),
                kafka.publisher(PublishProfile.LIVE),
                new KafkaCallHistory(
                        kafka, config.rules().asterisk(), config.rules().longestCall()),
                context.metrics());
    }

    @Override
    public void start() {
        speech = TopicTail.start(kafka, Topics.SPEECH_EVENTS, TopicTail.From.END, received -> {
            if (received.value() != null) {
                gateway.speech(received.value());
            }
        });
        commands = TopicTail.start(kafka, Topics.CALL_COMMANDS, TopicTail.From.BEGINNING, received -> {
            if (received.value() != null) {
                gateway.command(received.value());
            }
        });
        listening = TopicTail.start(
                kafka, Topics.LISTENING_STATE, TopicTail.From.END, received -> gateway.listens(received.key()));
        conversations = TopicTail.start(kafka, Topics.CONVERSATIONS, TopicTail.From.END, received -> {
            if (received.value() != null) {
                gateway.agentRests(received.key(), received.value().getAt());
            }
        });
        gateway.start();
    }

    @Override
    public boolean live() {
        return gateway.live()
                && Stream.of(speech, commands, listening, conversations).allMatch(GatewayService::isLive);
    }

    private static boolean isLive(@Nullable TopicTail<?> tail) {
        return tail == null || tail.live();
    }

    @Override
    public Optional<String> notReadyBecause() {
        return gateway.notReadyBecause();
    }

    @Override
    public void close() {
        Stream.of(commands, speech, listening, conversations)
                .filter(Objects::nonNull)
                .forEach(TopicTail::close);
        gateway.close();
    }
}
