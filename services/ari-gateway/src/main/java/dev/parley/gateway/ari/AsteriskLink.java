package dev.parley.gateway.ari;

import dev.parley.ari.AriClient;
import dev.parley.ari.AriEvents;
import dev.parley.ari.AriServer;
import dev.parley.ari.MediaSockets;
import dev.parley.gateway.CallRules;
import dev.parley.gateway.MicroClock;
import dev.parley.gateway.domain.CallHistory;
import dev.parley.gateway.domain.CallLog;
import dev.parley.records.BargeIn;
import dev.parley.records.CallCommand;
import dev.parley.records.ReplyAudio;
import dev.parley.records.SpeechEvent;
import dev.parley.runtime.Metrics;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The gateway's connection to one Asterisk: an event loop, and on it the switchboard with all calls. Its methods may be called from
 * any thread; what they carry is handed over to the loop.
 */
public final class AsteriskLink implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(AsteriskLink.class);
    private static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(5);
    private static final Duration LETS_GO_WITHIN = Duration.ofSeconds(2);

    private final Vertx vertx;
    private final Context loop;
    private final Switchboard switchboard;
    private final AriEvents events;

    /**
     * @param logs gives the way out for the records of a call; called on the loop
     * @param voidBefore what is void in a call; called on the loop
     * @param history what processes before this one have left
     * @param replaced hears, on the loop, that another client has taken the application's events
     */
    public AsteriskLink(
            AriServer server,
            CallRules rules,
            MicroClock clock,
            Metrics metrics,
            Function<String, CallLog> logs,
            ToLongFunction<String> voidBefore,
            CallHistory history,
            Runnable replaced) {
        this.vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
        this.loop = vertx.getOrCreateContext();
        this.switchboard = new Switchboard(
                new Exchange(
                        vertx,
                        new AriClient(vertx, server, REQUEST_TIMEOUT),
                        new MediaSockets(vertx, server),
                        rules,
                        clock,
                        metrics,
                        logs,
                        voidBefore),
                history,
                replaced);
        this.events = new AriEvents(vertx, server, switchboard);
    }

    /** Begins to connect, and goes on trying for as long as it takes. */
    public void start() {
        loop.runOnContext(_ -> {
            switchboard.start();
            events.start();
        });
    }

    /** Why no calls can come in, for people. */
    public Optional<String> notConnectedBecause() {
        return switchboard.notConnectedBecause();
    }

    /** How many calls are up. */
    public int calls() {
        return switchboard.liveCalls();
    }

    /** What was heard of a caller. */
    public void speech(SpeechEvent speech) {
        loop.runOnContext(_ -> switchboard.speech(speech));
    }

    /** What is to be streamed to a caller. */
    public void replyAudio(ReplyAudio audio) {
        loop.runOnContext(_ -> switchboard.replyAudio(audio));
    }

    /** Whom to be silent for. */
    public void bargeIn(BargeIn view) {
        loop.runOnContext(_ -> switchboard.bargeIn(view));
    }

    /** What is wanted of a call. */
    public void command(CallCommand command) {
        loop.runOnContext(_ -> switchboard.command(command));
    }

    /** Somebody listens to a call. */
    public void listens(String callId) {
        loop.runOnContext(_ -> switchboard.listens(callId));
    }

    /** The agent has done all that there was to do for a call, up to this instant. */
    public void agentRests(String callId, long at) {
        loop.runOnContext(_ -> switchboard.agentRests(callId, at));
    }

    /** Does once, for nothing, what taking the calls begins with: at the first time it takes a second longer. Tells what fails. */
    public void rehearse() {
        loop.runOnContext(_ -> switchboard.rehearse());
    }

    /**
     * Lets go of all calls without ending them: the next process adopts them. That is done on return; the sockets are closed afterwards,
     * since Asterisk may be slow to answer, and the next process is waiting.
     */
    @Override
    public void close() {
        CompletableFuture<Void> abandoned = new CompletableFuture<>();
        loop.runOnContext(_ -> {
            switchboard.abandonAll();
            abandoned.complete(null);
            events.close()
                    .transform(_ -> vertx.close())
                    .onFailure(fault -> LOG.atWarn().setCause(fault).log("The event loop did not end in order"));
        });
        try {
            abandoned.get(LETS_GO_WITHIN.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            LOG.atWarn().setCause(e).log("The calls were not let go of in time");
        }
    }
}
