package dev.parley.agent.kafka;

import dev.parley.agent.AgentMeter;
import dev.parley.agent.domain.Effect;
import dev.parley.agent.domain.ReplyId;
import dev.parley.agent.domain.ReplyPart;
import dev.parley.agent.domain.ReplyRequest;
import dev.parley.agent.engine.ReplyEngine.Asked;
import dev.parley.records.BargeIn;
import dev.parley.records.CallCommand;
import dev.parley.records.Reply;
import dev.parley.schemas.Topics;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Does what the dialogues of a partition ask for: publishes their records, asks the engine and stops it, counts and logs what happened. What the engine says comes back
 * through the loop's executor, and so does what comes of that. On the loop's thread.
 */
final class Outlet {
    private static final Logger LOG = LoggerFactory.getLogger(Outlet.class);

    private final AgentPartition.Shared shared;
    private boolean asking;

    Outlet(AgentPartition.Shared shared) {
        this.shared = shared;
    }

    /** From now on the engine is asked at once. Before, while a takeover still reads, it is not known what is still wanted of it. */
    void beginAsking(Collection<Call> calls) {
        asking = true;
        for (Call call : List.copyOf(calls)) {
            Map<ReplyId, ReplyRequest> toAsk = new LinkedHashMap<>(call.toAsk);
            call.toAsk.clear();
            toAsk.forEach((id, request) -> ask(call, id, request));
        }
    }

    /** Does it, in order. */
    void run(Call call, List<Effect> effects) {
        for (Effect effect : effects) {
            switch (effect) {
                case Effect.Publish publish -> publish(call, publish.value());
                case Effect.Ask ask -> {
                    if (!asking) {
                        call.toAsk.put(ask.id(), ask.request());
                    } else {
                        ask(call, ask.id(), ask.request());
                    }
                }
                case Effect.Stop stop -> {
                    call.toAsk.remove(stop.id());
                    Asked asked = call.asked.remove(stop.id());
                    if (asked != null) {
                        asked.cancel();
                    }
                }
                case Effect.Note note -> {
                    shared.metrics()
                            .counter(AgentMeter.HAPPENED, "what", note.what().name())
                            .increment();
                    LOG.atInfo()
                            .addKeyValue("callId", call.id)
                            .addKeyValue("utterance", note.utterance())
                            .addKeyValue("detail", note.detail())
                            .log(note.what().name());
                }
            }
        }
    }

    private void publish(Call call, SpecificRecord value) {
        LOG.atDebug()
                .addKeyValue("callId", call.id)
                .addKeyValue("record", value)
                .log("Publish");
        CompletableFuture<@Nullable Void> sent =
                switch (value) {
                    case Reply reply -> shared.publisher().publish(Topics.REPLIES, call.id, reply);
                    case BargeIn state -> {
                        call.bargedIn = true;
                        yield shared.publisher().publish(Topics.BARGE_IN, call.id, state);
                    }
                    case CallCommand command -> shared.publisher().publish(Topics.CALL_COMMANDS, call.id, command);
                    default -> throw new IllegalArgumentException("Not to be published: " + value.getClass());
                };
        call.unacknowledged++;
        // Where it fails, the call's offsets are held for good, and the connection's fault ends the process.
        sent.thenRun(() -> shared.loop().execute(() -> call.unacknowledged--));
    }

    private void ask(Call call, ReplyId id, ReplyRequest request) {
        Instant begun = shared.clock().instant();
        boolean[] first = {true};
        Asked asked = shared.engine()
                .ask(
                        request,
                        part -> shared.loop().execute(() -> {
                            if (!call.asked.containsKey(id)) {
                                return;
                            }
                            if (first[0]) {
                                first[0] = false;
                                shared.metrics()
                                        .timer(
                                                AgentMeter.FIRST_PART,
                                                "engine",
                                                shared.engine().name())
                                        .record(Duration.between(
                                                begun, shared.clock().instant()));
                            }
                            if (!(part instanceof ReplyPart.Text)) {
                                call.asked.remove(id);
                            }
                            run(
                                    call,
                                    call.dialogue.part(id, part, shared.clock().instant()));
                        }));
        call.asked.put(id, asked);
    }
}
