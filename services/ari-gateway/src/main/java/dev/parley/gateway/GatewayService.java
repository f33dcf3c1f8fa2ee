package dev.parley.gateway;

import dev.parley.gateway.kafka.KafkaCallHistory;
import dev.parley.runtime.Service;
import dev.parley.runtime.ServiceContext;
import dev.parley.runtime.config.PlaybackTarget;
import dev.parley.runtime.kafka.KafkaConnection;
import dev.parley.runtime.kafka.Leadership;
import dev.parley.runtime.kafka.PublishProfile;
import dev.parley.runtime.kafka.TopicTail;
import dev.parley.schemas.Topic;
import dev.parley.schemas.Topics;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.avro.specific.SpecificRecord;
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
    private final KafkaCallHistory history;
    private final Gateway gateway;
    private final String group;
    private volatile @Nullable Leadership leadership;
    private final CallRules rules;
    private final List<TopicTail<?>> tails = new ArrayList<>();

    /** @throws dev.parley.runtime.config.BadSettings for settings that cannot be */
    public GatewayService(ServiceContext context) {
        this.kafka = context.kafka();
        GatewayConfig config = GatewayConfig.from(context.settings());
        this.group = "ari-gateway-" + config.rules().asterisk();
        this.rules = config.rules();
        this.history = new KafkaCallHistory(
                kafka, config.rules().asterisk(), config.rules().longestCall());
        this.gateway = new Gateway(
                config,
                kafka.publisher(PublishProfile.FRAMES),
                kafka.publisher(PublishProfile.LIVE),
                history,
                context.metrics(),
                this::replaced);
    }

    @Override
    public void start() {
        tail(Topics.SPEECH_EVENTS, TopicTail.From.END, gateway::speech);
        tail(Topics.CALL_COMMANDS, TopicTail.From.BEGINNING, gateway::command);
        tails.add(TopicTail.start(
                kafka, Topics.LISTENING_STATE, TopicTail.From.END, received -> gateway.listens(received.key())));
        tails.add(TopicTail.start(kafka, Topics.CONVERSATIONS, TopicTail.From.END, received -> {
            if (received.value() != null) {
                gateway.agentRests(received.key(), received.value().getAt());
            }
        }));
        if (rules.stream()) {
            tail(Topics.REPLY_AUDIO, TopicTail.From.END, gateway::replyAudio);
            tail(Topics.BARGE_IN, TopicTail.From.END, gateway::bargeIn);
        } else if (rules.target() == PlaybackTarget.REBUILT_BRIDGE) {
            // The players know what was void before this process began, and play accordingly.
            tail(Topics.BARGE_IN, TopicTail.From.BEGINNING, gateway::bargeIn);
        }
        gateway.standBy();
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

    private <T extends SpecificRecord> void tail(Topic<T> topic, TopicTail.From from, Consumer<T> reader) {
        tails.add(TopicTail.start(kafka, topic, from, received -> {
            if (received.value() != null) {
                reader.accept(received.value());
            }
        }));
    }

    @Override
    public boolean live() {
        Leadership standing = leadership;
        return gateway.live()
                && (standing == null || standing.live())
                && tails.stream().allMatch(TopicTail::live);
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
        tails.reversed().forEach(TopicTail::close);
        gateway.close();
        history.close();
    }
}
