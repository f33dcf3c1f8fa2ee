package dev.parley.gateway.ari;

import dev.parley.ari.AriEvent;
import dev.parley.ari.AriEvents;
import dev.parley.ari.AriFault;
import dev.parley.ari.Channel;
import dev.parley.ari.Playback;
import dev.parley.gateway.GatewayMeter;
import dev.parley.gateway.domain.CallHistory;
import dev.parley.gateway.domain.LineName;
import dev.parley.gateway.domain.TapName;
import dev.parley.records.BargeIn;
import dev.parley.records.CallCommand;
import dev.parley.records.CallCommandType;
import dev.parley.records.ReplyAudio;
import dev.parley.records.SpeechEvent;
import dev.parley.schemas.CallId;
import dev.parley.schemas.PlaybackId;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where Asterisk's events come in and find their call. Lives on one event loop, as all of its calls do: nothing here needs a lock,
 * and nothing may block.
 */
final class Switchboard implements AriEvents.Listener {
    private static final Logger LOG = LoggerFactory.getLogger(Switchboard.class);

    private static final long TICK_MILLIS = 20;
    /** When the loop itself stood still for so long, sockets are read first, and only then audio is missing. */
    private static final long STALLED = 60_000;
    /** Events of a playback may come after the call's end. */
    private static final long REMEMBER_MILLIS = 10_000;

    /** Commands can come before the call that they are for is known: one that is being answered, or adopted. */
    private static final int COMMANDS_REMEMBERED = 10_000;

    /** So many calls are being answered at most, whatever MAX_CALLS says. */
    private static final int MOST_ARRIVING = 1_000;

    private static final int ANSWER_ATTEMPTS = 3;
    private static final long ANSWER_RETRY_MILLIS = 300;

    private final Exchange exchange;
    private final Runnable replaced;
    private final Resync resync;
    private final Set<String> arriving = new HashSet<>();
    private final Map<String, Call> calls = new HashMap<>();
    private final OutboundCalls outbound;
    private final Queue<CallCommand> recentCommands = new ArrayDeque<>();
    private final AtomicInteger live = new AtomicInteger();
    private long lastTick;
    private long ticker = -1;
    private boolean historyKnown;
    private boolean closing;
    private volatile @Nullable String notConnected = "no connection to Asterisk yet";

    /**
     * @param history what is known of calls that a process before this one has left
     * @param replaced hears that another client has taken the application
     */
    Switchboard(Exchange exchange, CallHistory history, Runnable replaced) {
        this.replaced = replaced;
        this.exchange = exchange;
        this.outbound = new OutboundCalls(exchange, this::isFull);
        this.resync = new Resync(this, exchange, history);
    }

    void start() {
        lastTick = exchange.clock().micros();
        ticker = exchange.vertx().setPeriodic(TICK_MILLIS, _ -> tick());
    }

    /** See {@link Resync#rehearse}. */
    void rehearse() {
        resync.rehearse();
    }

    /** Why no events come in, for people; from any thread. */
    Optional<String> notConnectedBecause() {
        return Optional.ofNullable(notConnected);
    }

    /** How many calls are up; from any thread. */
    int liveCalls() {
        return live.get();
    }

    /** Lets go of all calls without ending them: they stay up at Asterisk, where the next process finds them. */
    void abandonAll() {
        closing = true;
        exchange.vertx().cancelTimer(ticker);
        resync.stop();
        calls.values().forEach(Call::abandon);
    }

    private void tick() {
        long now = exchange.clock().micros();
        boolean detectMissing = now - lastTick < STALLED;
        lastTick = now;
        for (Call call : calls.values().toArray(Call[]::new)) {
            call.tick(detectMissing);
        }
    }

    // ---- From Asterisk

    @Override
    public void connected() {
        notConnected = null;
        LOG.atInfo().addKeyValue("server", exchange.ari().server()).log("Connected to Asterisk");
        resync.start();
    }

    @Override
    public void disconnected(AriFault fault) {
        String problem = AriProblem.forPeople(exchange.ari().server(), fault);
        if (!problem.equals(notConnected)) {
            LOG.atWarn().addKeyValue("problem", problem).log("No events from Asterisk, trying again");
        }
        notConnected = problem;
        resync.stop();
    }

    @Override
    public void malformed(String why) {
        exchange.count(GatewayMeter.EVENTS_MALFORMED);
        LOG.atDebug().addKeyValue("why", why).log("Malformed event");
    }

    @Override
    public void event(AriEvent event) {
        switch (event) {
            case AriEvent.StasisStart(Channel channel, var _) -> arrived(channel);
            case AriEvent.StasisEnd(Channel channel) -> left(channel.id());
            case AriEvent.ChannelDestroyed(Channel channel, int cause, String _) -> destroyed(channel.id(), cause);
            case AriEvent.Dialled(Channel peer, String status) -> dialled(peer.id(), status);
            case AriEvent.ChannelHangupRequest _ -> {} // StasisEnd follows at once.
            case AriEvent.DtmfReceived(Channel channel, String digit, var _) ->
                listening(channel).ifPresent(call -> call.digit(digit));
            case AriEvent.Held(Channel channel) ->
                listening(channel).ifPresent(call -> call.absence().hold(HoldReason.PHONE));
            case AriEvent.Unheld(Channel channel) ->
                listening(channel).ifPresent(call -> call.absence().phoneUnholds());
            case AriEvent.PlaybackStarted(Playback playback) ->
                callOf(playback).filter(Call::hasRoomForEvents).ifPresent(call -> call.playbackStarted(playback));
            case AriEvent.PlaybackFinished(Playback playback) ->
                callOf(playback).filter(Call::hasRoomForEvents).ifPresent(call -> call.playbackFinished(playback));
            case AriEvent.ApplicationReplaced() -> {
                LOG.atWarn()
                        .addKeyValue("application", exchange.ari().server().application())
                        .log("Another client has taken this application's events (ARI_APPLICATION)");
                replaced.run();
            }
        }
    }

    // ---- From Kafka, handed over to this loop

    void speech(SpeechEvent speech) {
        byCallId(speech.getCallId()).ifPresent(call -> call.speech(speech));
    }

    void replyAudio(ReplyAudio audio) {
        byCallId(audio.getCallId()).ifPresent(call -> call.replyAudio(audio));
    }

    void bargeIn(BargeIn view) {
        byCallId(view.getCallId()).ifPresent(call -> call.bargeIn(view));
    }

    /** A command may come before its call is known here, and more than once. */
    void command(CallCommand command) {
        if (isOurs(command.getCallId())) {
            recentCommands.add(command);
            if (recentCommands.size() > COMMANDS_REMEMBERED) {
                recentCommands.remove();
            }
            if (historyKnown) {
                take(command);
            }
        }
    }

    private void take(CallCommand command) {
        if (command.getType() == CallCommandType.ORIGINATE) {
            outbound.originate(command, CallId.parse(command.getCallId()).channelId());
        } else {
            byCallId(command.getCallId()).ifPresent(call -> call.commands().take(command));
        }
    }

    /** Commands are done once, so they wait until it is known which were done before. */
    void historyKnown(Set<String> commandsTaken) {
        outbound.wereTaken(commandsTaken);
        if (!historyKnown) {
            historyKnown = true;
            List.copyOf(recentCommands).forEach(this::take);
        }
    }

    // ---- From those who listen and answer

    void listens(String callId) {
        byCallId(callId).ifPresent(call -> call.fallback().listens());
    }

    void agentRests(String callId, long at) {
        byCallId(callId).ifPresent(call -> call.fallback().agentRests(at));
    }

    /** A call is known from now on: does what was wanted of it before. */
    void takeCommands(Call call) {
        recentCommands.stream()
                .filter(command -> command.getCallId().equals(call.id()))
                .forEach(call.commands()::take);
    }

    // ---- Calls

    void arrived(Channel channel) {
        if (LineName.isOurs(channel.id())) {
            callOfLeg(channel.id())
                    .ifPresentOrElse(call -> call.absence().legAnswered(), () -> hangUpUnlessClosing(channel.id()));
            return;
        }
        if (closing || isLeg(channel) || isKnown(channel.id())) {
            return;
        }
        boolean called = outbound.answered(channel.id());
        if (!called && isFull()) {
            refuse(channel);
            return;
        }
        arriving.add(channel.id());
        answer(channel, ANSWER_ATTEMPTS);
    }

    private boolean isFull() {
        int most = exchange.rules().mostCalls();
        return arriving.size() >= MOST_ARRIVING || most > 0 && live.get() + arriving.size() >= most;
    }

    private void refuse(Channel channel) {
        exchange.count(GatewayMeter.CALLS_REFUSED, "reason", "max-calls");
        LOG.atWarn().addKeyValue("channelId", channel.id()).log("Call refused as busy (MAX_CALLS)");
        exchange.ari().channels().refuseAsBusy(channel.id());
    }

    private void answer(Channel channel, int attemptsLeft) {
        exchange.ari().channels().answer(channel.id()).onComplete(result -> {
            if (!arriving.contains(channel.id())) {
                return; // Gone in the meantime.
            }
            if (result.failed() && attemptsLeft > 1) {
                exchange.vertx().setTimer(ANSWER_RETRY_MILLIS, _ -> answer(channel, attemptsLeft - 1));
                return;
            }
            if (result.succeeded() && result.result().done()) {
                var bridge = new CallerBridge(exchange, channel.id());
                bridge.open().onComplete(_ -> begin(channel, bridge));
            } else {
                arriving.remove(channel.id());
                exchange.count(
                        GatewayMeter.CALLS_REFUSED,
                        "reason",
                        result.failed()
                                ? "fault"
                                : String.valueOf(result.result().status()));
                LOG.atWarn()
                        .addKeyValue("channelId", channel.id())
                        .addKeyValue("answer", result.failed() ? result.cause().getMessage() : result.result())
                        .log("Call could not be answered");
                exchange.ari().channels().hangUp(channel.id());
            }
        });
    }

    /** The caller can be spoken to. */
    private void begin(Channel channel, CallerBridge bridge) {
        if (arriving.remove(channel.id())) {
            Call call = add(channel, CallOrigin.now(exchange.clock().micros()), bridge);
            call.start();
            takeCommands(call);
        } else {
            bridge.close(); // Gone in the meantime.
        }
    }

    /** Takes a call in; to be started or resumed by whoever asked. */
    Call add(Channel channel, CallOrigin origin, CallerBridge bridge) {
        Call call = new Call(exchange, channel, origin, bridge, this::ended);
        calls.put(channel.id(), call);
        live.incrementAndGet();
        return call;
    }

    private void dialled(String channelId, String status) {
        outbound.dialled(channelId, status);
        callOfLeg(channelId).ifPresent(call -> call.absence().dialled(status));
    }

    private void destroyed(String channelId, int cause) {
        outbound.ended(channelId, cause);
        callOfLeg(channelId).ifPresent(call -> call.absence().legGone(cause));
        left(channelId);
    }

    /** A leg without a call: its caller has gone while it rang. */
    private void hangUpUnlessClosing(String legId) {
        if (!closing) {
            exchange.ari().channels().hangUp(legId);
        }
    }

    private void left(String channelId) {
        arriving.remove(channelId);
        call(channelId).ifPresent(Call::ended);
    }

    private void ended(Call call) {
        live.decrementAndGet();
        call.cleanedUp()
                .onComplete(_ -> exchange.vertx().setTimer(REMEMBER_MILLIS, _ -> calls.remove(call.channelId(), call)));
    }

    /** Calls that have not ended, and those that ended a moment ago. */
    List<Call> calls() {
        return List.copyOf(calls.values());
    }

    boolean isKnown(String channelId) {
        return arriving.contains(channelId) || calls.containsKey(channelId);
    }

    /** Our own snoop and media channels, and those that we have called, come into the application like callers do. */
    static boolean isLeg(Channel channel) {
        return TapName.isOurs(channel.id()) || LineName.isOurs(channel.id());
    }

    private Optional<Call> call(String channelId) {
        return Optional.ofNullable(calls.get(channelId));
    }

    private Optional<Call> listening(Channel channel) {
        return call(channel.id()).filter(Call::hasRoomForEvents);
    }

    private Optional<Call> callOfLeg(String legId) {
        return LineName.ofLeg(legId).flatMap(name -> call(name.channelId())).filter(call -> call.owns(legId));
    }

    private Optional<Call> callOf(Playback playback) {
        return PlaybackId.parse(playback.id()).flatMap(id -> byCallId(id.callId()));
    }

    private Optional<Call> byCallId(String callId) {
        return isOurs(callId)
                ? call(callId.substring(exchange.rules().asterisk().length() + 1))
                : Optional.empty();
    }

    private boolean isOurs(String callId) {
        return callId.startsWith(exchange.rules().asterisk() + "~");
    }
}
