package dev.parley.gateway;

import dev.parley.gateway.kafka.KafkaCallHistory;
import dev.parley.records.CallCommand;
import dev.parley.records.Conversation;
import dev.parley.records.ListeningCheckpoint;
import dev.parley.records.SpeechEvent;
import dev.parley.runtime.Service;
import dev.parley.runtime.ServiceContext;
import dev.parley.runtime.kafka.KafkaConnection;
import dev.parley.runtime.kafka.Leadership;
import dev.parley.runtime.kafka.PublishProfile;
import dev.parley.runtime.kafka.TopicTail;
import dev.parley.schemas.Topics;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The service between one Asterisk and the topics. It owns no partitions: its calls are those of its Asterisk. Of several gateways of the
 * same Asterisk one is active and the others stand by, see {@link Leadership}; Asterisk itself gives events to the newest only, so that one
 * which was deposed without knowing learns it there.
 *
 * <p>Asterisk away: it goes on trying and is not ready meanwhile; calls that are up stay up. Kafka away: audio waits for
 * FRAME_BUFFER_SECONDS. Killed: the next process adopts the calls that are up, and ends on the topics those that are not.
 */
public final class GatewayService implements Service {
    private final KafkaConnection kafka;
    private final Gateway gateway;
    private final String group;
    private @Nullable TopicTail<SpeechEvent> speech;
    private @Nullable TopicTail<CallCommand> commands;
    private @Nullable TopicTail<ListeningCheckpoint> listening;
    private @Nullable TopicTail<Conversation> conversations;
    private volatile @Nullable Leadership leadership;

    /** @throws dev.parley.runtime.config.BadSettings for settings that cannot be */
    public GatewayService(ServiceContext context) {
        this.kafka = context.kafka();
        GatewayConfig config = GatewayConfig.from(context.settings());
        this.group = "ari-gateway-" + config.rules().asterisk();
        this.gateway = new Gateway(
                config,
                kafka.publisher(PublishProfile.FRAMES),
                kafka.publisher(PublishProfile.LIVE),
                new KafkaCallHistory(
                        kafka, config.rules().asterisk(), config.rules().longestCall()),
                context.metrics(),
                this::replaced);
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
        leadership = Leadership.start(kafka, group, Topics.CALL_COMMANDS, new Leadership.Listener() {
            @Override
            public void leads() {
                gateway.lead();
            }

            @Override
            public void standsDown() {
                gateway.standDown();
            }
        });
    }

    /** On the link's own loop, which is about to end. */
    private void replaced() {
        Leadership standing = leadership;
        if (standing != null) {
            standing.standDown();
        }
    }

    /** Whether this one serves its Asterisk, or stands by. */
    boolean isActive() {
        Leadership standing = leadership;
        return standing != null && standing.leads();
    }

    @Override
    public boolean live() {
        Leadership standing = leadership;
        return gateway.live()
                && (standing == null || standing.live())
                && Stream.of(speech, commands, listening, conversations).allMatch(GatewayService::isLive);
    }

    private static boolean isLive(@Nullable TopicTail<?> tail) {
        return tail == null || tail.live();
    }

    @Override
    public Optional<String> notReadyBecause() {
        Leadership standing = leadership;
        return standing == null
                ? Optional.of("starting")
                : standing.undecidedBecause().or(gateway::notReadyBecause);
    }

    @Override
    public void close() {
        Leadership standing = leadership;
        if (standing != null) {
            standing.close();
        }
        Stream.of(commands, speech, listening, conversations)
                .filter(Objects::nonNull)
                .forEach(TopicTail::close);
        gateway.close();
    }
}
