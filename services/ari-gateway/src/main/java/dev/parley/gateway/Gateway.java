package dev.parley.gateway;

import dev.parley.gateway.ari.AsteriskLink;
import dev.parley.gateway.domain.CallHistory;
import dev.parley.gateway.kafka.CallLanes;
import dev.parley.records.BargeIn;
import dev.parley.records.CallCommand;
import dev.parley.records.ReplyAudio;
import dev.parley.records.SpeechEvent;
import dev.parley.runtime.Metrics;
import dev.parley.runtime.Service;
import dev.parley.runtime.kafka.Publisher;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.Queue;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The gateway without its reading of Kafka: calls at Asterisk on one side, publishers on the other. What is heard of callers and
 * wanted of calls is handed in. It is connected with Asterisk while it is the active one, from {@link #lead} to {@link #standDown}.
 */
final class Gateway implements Service {
    /** Commands of the time when another was the active one may be for calls that are still up. */
    private static final int COMMANDS_REMEMBERED = 10_000;

    private static final int LONGEST_ARGUMENT = 4_000;

    private final GatewayConfig config;
    private final Metrics metrics;
    private final CallHistory history;
    private final CallLanes lanes;
    private final Runnable replaced;
    private final RecentFences fences = new RecentFences();
    private final Queue<CallCommand> recentCommands = new ArrayDeque<>();
    private volatile @Nullable AsteriskLink asterisk;
    /** Not started. */
    private @Nullable AsteriskLink spare;

    /** @param replaced hears that another client has taken the calls */
    Gateway(
            GatewayConfig config,
            Publisher frames,
            Publisher control,
            CallHistory history,
            Metrics metrics,
            Runnable replaced) {
        this.config = config;
        this.metrics = metrics;
        this.history = history;
        this.replaced = replaced;
        this.lanes = new CallLanes(frames, control, config.frameBuffer(), metrics);
        metrics.gauge(GatewayMeter.ACTIVE, () -> asterisk == null ? 0 : 1);
        metrics.gauge(
                GatewayMeter.CALLS,
                () -> Optional.ofNullable(asterisk).map(AsteriskLink::calls).orElse(0));
        metrics.gauge(
                GatewayMeter.EVENTS_CONNECTED,
                () -> Optional.ofNullable(asterisk)
                                .filter(link -> link.notConnectedBecause().isEmpty())
                                .isPresent()
                        ? 1
                        : 0);
    }

    /** For a gateway that is alone. */
    @Override
    public void start() {
        lead();
    }

    /** Makes itself ready to take the calls at once. */
    synchronized void standBy() {
        if (asterisk == null && spare == null) {
            spare = newLink();
            spare.rehearse();
        }
    }

    /** Takes the calls. */
    synchronized void lead() {
        if (asterisk == null) {
            AsteriskLink link = spare == null ? newLink() : spare;
            spare = null;
            asterisk = link;
            recentCommands.forEach(link::command);
            link.start();
        }
    }

    private AsteriskLink newLink() {
        return new AsteriskLink(
                config.server(),
                config.rules(),
                MicroClock.system(),
                metrics,
                lanes::lane,
                fences::voidBefore,
                history,
                replaced);
    }

    /** Lets go of all calls without ending them. */
    synchronized void standDown() {
        AsteriskLink link = asterisk;
        asterisk = null;
        if (link != null) {
            link.close();
        }
    }

    private synchronized void closeSpare() {
        if (spare != null) {
            spare.close();
            spare = null;
        }
    }

    void speech(SpeechEvent speech) {
        whenActive(link -> link.speech(speech));
    }

    void replyAudio(ReplyAudio audio) {
        whenActive(link -> link.replyAudio(audio));
    }

    void bargeIn(BargeIn view) {
        fences.merge(view);
        whenActive(link -> link.bargeIn(view));
    }

    synchronized void command(CallCommand command) {
        if (command.getArgument().length() > LONGEST_ARGUMENT) {
            return; // Nothing that a gateway does needs so many words; what is to be said the agent reads by itself.
        }
        recentCommands.add(command);
        if (recentCommands.size() > COMMANDS_REMEMBERED) {
            recentCommands.remove();
        }
        whenActive(link -> link.command(command));
    }

    void listens(String callId) {
        whenActive(link -> link.listens(callId));
    }

    void agentRests(String callId, long at) {
        whenActive(link -> link.agentRests(callId, at));
    }

    private void whenActive(Consumer<AsteriskLink> what) {
        AsteriskLink link = asterisk;
        if (link != null) {
            what.accept(link);
        }
    }

    @Override
    public boolean live() {
        return lanes.live();
    }

    /** One that stands by is ready. */
    @Override
    public Optional<String> notReadyBecause() {
        return Stream.of(Optional.ofNullable(asterisk).flatMap(AsteriskLink::notConnectedBecause), lanes.stuckBecause())
                .flatMap(Optional::stream)
                .findFirst();
    }

    @Override
    public void close() {
        standDown();
        closeSpare();
        lanes.close(config.drain());
    }
}
