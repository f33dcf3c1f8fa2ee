package dev.parley.gateway.ari;

import dev.parley.ari.Bridge;
import dev.parley.ari.Channel;
import dev.parley.audio.Frames;
import dev.parley.gateway.GatewayMeter;
import dev.parley.gateway.domain.CallHistory;
import dev.parley.gateway.domain.CallHistory.OpenCall;
import dev.parley.gateway.domain.CallPhase;
import dev.parley.gateway.domain.InactivityRules;
import dev.parley.gateway.domain.LineName;
import dev.parley.gateway.domain.TapName;
import dev.parley.records.AudioFrame;
import dev.parley.records.CallEvent;
import dev.parley.records.CallEventType;
import dev.parley.records.FrameKind;
import dev.parley.schemas.CallBridge;
import io.vertx.core.Future;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the gateway's view and Asterisk's the same again, after each connection: events of the time before are lost. Ends the calls
 * that are gone, adopts those that are up and that this process does not know (a process before it has died in mid-call), and now
 * and then removes channels and bridges of ours that belong to no call. Lives on the switchboard's event loop.
 */
final class Resync {
    private static final Logger LOG = LoggerFactory.getLogger(Resync.class);

    private static final long RETRY_MILLIS = 1_000;
    /** The old tap of an adopted call carries its epoch in its name, so it goes only when the new one is there. */
    private static final long FIRST_SWEEP_MILLIS = 3_000;

    private static final long SWEEP_MILLIS = 60_000;

    private final Switchboard switchboard;
    private final Exchange exchange;
    private final CallHistory history;
    private final Set<String> takenBefore = new HashSet<>();
    private boolean historyRead;
    private boolean running;
    private long connectedAt;
    private long disconnectedAt;
    private int round;

    private record Inventory(List<Channel> channels, List<Bridge> bridges) {
        Optional<Channel> channel(String id) {
            return channels.stream().filter(channel -> channel.id().equals(id)).findFirst();
        }

        /** The transfer that this caller is in. */
        Optional<LineName> line(String channelId) {
            return Stream.concat(
                            bridges.stream().flatMap(bridge -> LineName.ofBridge(bridge.id()).stream()),
                            channels.stream().flatMap(channel -> LineName.ofLeg(channel.id()).stream()))
                    .filter(line -> line.channelId().equals(channelId))
                    .max(Comparator.comparingLong(LineName::frame));
        }

        /** The bridge is made when they pick up. */
        boolean isAnswered(LineName line) {
            return bridges.stream().anyMatch(bridge -> bridge.id().equals(line.bridgeId()));
        }

        Optional<TapName> newestTap(String channelId) {
            return bridges.stream()
                    .flatMap(bridge -> TapName.ofBridge(bridge.id(), bridge.name()).stream())
                    .filter(tap -> tap.channelId().equals(channelId))
                    .max(Comparator.comparingInt(TapName::epoch));
        }
    }

    Resync(Switchboard switchboard, Exchange exchange, CallHistory history) {
        this.switchboard = switchboard;
        this.exchange = exchange;
        this.history = history;
    }

    /** Reads everything that adopting calls needs, and leaves it: what has been done once is done quickly. */
    void rehearse() {
        Future.join(Future.fromCompletionStage(history.read(), exchange.vertx().getOrCreateContext()), inventory())
                .onFailure(fault -> LOG.atWarn()
                        .addKeyValue("problem", String.valueOf(fault))
                        .log("Calls could not be taken over as things are now"));
    }

    /** Begins, on every connection. */
    void start() {
        running = true;
        connectedAt = exchange.clock().micros();
        look(++round);
    }

    void stop() {
        running = false;
        disconnectedAt = exchange.clock().micros();
    }

    private boolean isCurrent(int thisRound) {
        return running && round == thisRound;
    }

    private void look(int thisRound) {
        Future<CallHistory.Past> read = historyRead
                ? Future.succeededFuture(CallHistory.Past.NOTHING)
                : Future.fromCompletionStage(history.read(), exchange.vertx().getOrCreateContext());
        read.compose(past -> {
                    long askedAt = exchange.clock().micros();
                    return inventory().map(present -> {
                        if (isCurrent(thisRound)) {
                            historyRead = true;
                            takenBefore.addAll(past.commandsTaken());
                            reconcile(past.calls(), present, askedAt);
                            switchboard.historyKnown(past.commandsTaken());
                            exchange.vertx().setTimer(FIRST_SWEEP_MILLIS, _ -> sweep(thisRound));
                        }
                        return null;
                    });
                })
                .onFailure(fault -> {
                    LOG.atWarn().addKeyValue("problem", String.valueOf(fault)).log("Resync failed, trying again");
                    exchange.vertx().setTimer(RETRY_MILLIS, _ -> {
                        if (isCurrent(thisRound)) {
                            look(thisRound);
                        }
                    });
                });
    }

    private Future<Inventory> inventory() {
        var channels = exchange.ari().channels().list();
        var bridges = exchange.ari().bridges().list();
        return Future.all(channels, bridges)
                .map(_ -> new Inventory(
                        channels.result().result().orElseThrow(),
                        bridges.result().result().orElseThrow()));
    }

    /** @param askedAt a call that is younger than this need not be in the inventory */
    private void reconcile(List<OpenCall> past, Inventory present, long askedAt) {
        for (Call call : switchboard.calls()) {
            if (call.phase() == CallPhase.ENDED) {
                continue;
            }
            if (call.knownSince() < askedAt && present.channel(call.channelId()).isEmpty()) {
                call.ended("lost");
            } else if (call.knownSince() < connectedAt) {
                call.resynced("reconnected", call.timeline().frameAt(disconnectedAt));
            }
        }
        Map<String, OpenCall> pastByChannel = new HashMap<>();
        past.forEach(open -> pastByChannel.put(open.started().getChannelId(), open));
        String application = exchange.ari().server().application();
        for (Channel channel : present.channels()) {
            if (channel.isIn(application) && !Switchboard.isLeg(channel) && !switchboard.isKnown(channel.id())) {
                found(channel, Optional.ofNullable(pastByChannel.get(channel.id())), present);
            }
        }
        for (OpenCall open : past) {
            if (!switchboard.isKnown(open.started().getChannelId())) {
                endOf(open);
            }
        }
    }

    private void found(Channel channel, Optional<OpenCall> past, Inventory present) {
        Optional<TapName> tap = present.newestTap(channel.id());
        if (past.isEmpty() && tap.isEmpty()) {
            switchboard.arrived(channel);
            return;
        }
        long now = exchange.clock().micros();
        long frameZeroAt = past.map(open -> open.started().getFrameZeroAt())
                .orElseGet(() -> tap.map(TapName::frameZeroAt).orElse(now));
        int epoch = 1
                + Math.max(
                        past.map(OpenCall::tapEpoch).orElse(-1),
                        tap.map(TapName::epoch).orElse(-1));
        long firstFrame = past.map(OpenCall::nextFrame)
                .filter(next -> next >= 0)
                .orElse(Math.max(0, (now - frameZeroAt) / Frames.MICROS));
        LOG.atInfo()
                .addKeyValue("channelId", channel.id())
                .addKeyValue("frame", firstFrame)
                .addKeyValue("epoch", epoch)
                .log("Call adopted");
        exchange.count(GatewayMeter.CALLS_ADOPTED);
        Call call = switchboard.add(
                channel,
                new CallOrigin(frameZeroAt, firstFrame, epoch, lastActive(past.map(OpenCall::lastActiveAt), now)),
                CallerBridge.found(exchange, channel.id(), present.bridges()));
        call.commands().wereDone(takenBefore);
        if (past.isPresent()) {
            call.resume(past.get().playing());
            Optional<LineName> line = present.line(channel.id());
            call.absence()
                    .adopt(
                            past.get().heldFor(),
                            line,
                            line.filter(present::isAnswered).isPresent(),
                            line.flatMap(name -> present.channel(name.legId())).isPresent());
        } else {
            call.start(); // Its start was lost with the process that had seen it.
        }
        switchboard.takeCommands(call);
    }

    /** The time-out goes on, but leaves a caller who was not heard meanwhile the time to say something. */
    private long lastActive(Optional<Long> known, long now) {
        InactivityRules rules = exchange.rules().inactivity();
        long atLeast = now - rules.timeout().minus(rules.interval()).toNanos() / 1_000;
        return Math.clamp(known.orElse(now), Math.min(now, atLeast), now);
    }

    /** Writes the end that the process before this one could not write any more. */
    private void endOf(OpenCall open) {
        long now = exchange.clock().micros();
        long frame = open.nextFrame() >= 0
                ? open.nextFrame()
                : Math.max(0, (now - open.started().getFrameZeroAt()) / Frames.MICROS);
        var log = exchange.logs().apply(open.callId());
        if (!open.endPublished()) {
            log.audio(AudioFrame.newBuilder()
                    .setCallId(open.callId())
                    .setKind(FrameKind.END)
                    .setFrame(frame)
                    .setLastFrame(frame)
                    .setAt(now)
                    .setTapEpoch(open.tapEpoch() + 1)
                    .build());
        }
        log.event(CallEvent.newBuilder()
                .setCallId(open.callId())
                .setType(CallEventType.ENDED)
                .setFrame(frame)
                .setAt(now)
                .setReason("lost")
                .build());
        exchange.count(GatewayMeter.CALLS_ENDED, "reason", "lost");
        LOG.atInfo().addKeyValue("callId", open.callId()).log("Call ended while no gateway was there");
    }

    private void sweep(int thisRound) {
        if (!isCurrent(thisRound)) {
            return;
        }
        inventory()
                .onSuccess(this::removeOrphans)
                .onComplete(_ -> exchange.vertx().setTimer(SWEEP_MILLIS, _ -> sweep(thisRound)));
    }

    private void removeOrphans(Inventory present) {
        List<Call> calls = switchboard.calls();
        Set<String> orphans = present.channels().stream()
                .map(Channel::id)
                .filter(id -> isOrphan(id, calls))
                .collect(Collectors.toSet());
        orphans.forEach(id -> exchange.ari().channels().hangUp(id));
        List<String> bridges = present.bridges().stream()
                .map(Bridge::id)
                .filter(id -> isOrphan(id, calls))
                .toList();
        bridges.forEach(id -> exchange.ari().bridges().destroy(id));
        exchange.metrics().counter(GatewayMeter.ORPHANS).increment(orphans.size() + bridges.size());
    }

    private boolean isOrphan(String id, List<Call> calls) {
        boolean ours = TapName.isOurs(id)
                || LineName.isOurs(id)
                || CallBridge.of(id)
                        .filter(bridge -> !switchboard.isKnown(bridge.channelId()))
                        .isPresent();
        return ours && calls.stream().noneMatch(call -> call.owns(id));
    }
}
