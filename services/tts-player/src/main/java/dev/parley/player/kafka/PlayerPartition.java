package dev.parley.player.kafka;

import dev.parley.player.PlayerMeter;
import dev.parley.player.domain.Act;
import dev.parley.player.domain.AnswerId;
import dev.parley.player.domain.CallPlayout;
import dev.parley.player.domain.ReplyChunk;
import dev.parley.player.sound.LineSound;
import dev.parley.player.sound.Voice;
import dev.parley.records.BargeIn;
import dev.parley.records.CallEvent;
import dev.parley.records.CallEventType;
import dev.parley.records.PlaybackEvent;
import dev.parley.records.Reply;
import dev.parley.records.ReplyAudio;
import dev.parley.records.ReplyAudioType;
import dev.parley.records.ReplyHeard;
import dev.parley.records.ReplyKind;
import dev.parley.records.ReplyType;
import dev.parley.runtime.kafka.PartitionWork;
import dev.parley.runtime.kafka.Received;
import dev.parley.schemas.PlaybackId;
import dev.parley.schemas.Topic;
import dev.parley.schemas.Topics;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The calls of one partition number: gives each call's {@link CallPlayout} the records, does what it asks for, and brings the answers
 * back. Everything here runs on the loop's thread; what comes back after the partition was handed over is let go.
 */
public final class PlayerPartition implements PartitionWork, Voice.Listener {
    private static final Logger LOG = LoggerFactory.getLogger(PlayerPartition.class);
    private static final int ENDED_REMEMBERED = 10_000;

    private final int number;
    private final Stagehands hands;
    private final BargeIns bargeIns;
    private final Telling telling;
    private final Ledger ledger = new Ledger();
    private final Map<String, CallPlayout> calls = new HashMap<>();
    private final Map<String, LineSound> sounds = new HashMap<>();
    /** When the commit came for which no sound was sent yet, for the latency. */
    private final Map<AnswerId, Instant> committed = new HashMap<>();
    /** When the record came that is being worked on. */
    private Instant causedAt = Instant.EPOCH;
    /** When the barge-in record came that is being worked on; null while it is something else. */
    private @Nullable Instant bargedInAt;
    /** Records of what was heard that are not acknowledged yet. */
    private int heardUnderWay;

    private final Map<String, Boolean> ended = new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Boolean> eldest) {
            return size() > ENDED_REMEMBERED;
        }
    };
    private boolean catchingUp = true;
    private boolean closed;

    public PlayerPartition(int number, Stagehands hands, BargeIns bargeIns) {
        this.number = number;
        this.hands = hands;
        this.bargeIns = bargeIns;
        this.telling = new Telling(hands.metrics());
    }

    // ---------------------------------------------------------------- the loop

    @Override
    public Map<Topic<?>, Long> restore(List<Received<?>> newestPerKey) {
        bargeIns.own(number, this);
        return Map.of();
    }

    @Override
    public void receive(Received<?> record) {
        switch (record.value()) {
            case Reply reply -> reply(record, reply);
            case PlaybackEvent event -> playback(record.offset(), event);
            case CallEvent event -> callEvent(record.offset(), event);
            case null, default ->
                throw new IllegalArgumentException("neither a reply nor an event of a call or playback");
        }
    }

    private void reply(Received<?> record, Reply reply) {
        if (reply.getKind() == ReplyKind.UNKNOWN || reply.getType() == ReplyType.UNKNOWN) {
            ledger.reply(record.offset());
            hands.metrics()
                    .counter(PlayerMeter.DROPPED, "reason", "unknown-kind")
                    .increment();
            return;
        }
        String callId = reply.getCallId();
        AnswerId answer = AnswerId.of(reply);
        String playbackId = "";
        switch (reply.getType()) {
            case CHUNK -> {
                playbackId = new PlaybackId(
                                reply.getKind(),
                                callId,
                                reply.getUtterance(),
                                reply.getIndex(),
                                reply.getRevision(),
                                reply.getAttempt(),
                                reply.getN())
                        .toString();
                ledger.chunk(record.offset(), playbackId);
            }
            case END, COMMIT -> ledger.hold(record.offset(), new Owner(callId, answer));
            case CANCEL, UNKNOWN -> ledger.reply(record.offset());
        }
        boolean startsIt = reply.getType() == ReplyType.COMMIT
                || (reply.getType() == ReplyType.CHUNK && !reply.getSpeculative() && reply.getN() == 0);
        if (startsIt && !catchingUp) {
            committed.put(answer, record.timestamp());
        }
        String id = playbackId;
        causedAt = record.timestamp();
        with(callId, call -> call.reply(reply, id, hands.now()));
    }

    private void playback(long offset, PlaybackEvent event) {
        ledger.event(offset, event.getPlaybackId());
        // What this player did itself it knows; what one before it did is news while catching up.
        boolean news = catchingUp || !event.getSeenBy().equals("tts-player");
        if (news && (catchingUp || calls.containsKey(event.getCallId()))) {
            with(event.getCallId(), call -> call.playback(event, hands.now()));
        }
    }

    private void callEvent(long offset, CallEvent event) {
        ledger.callEvent(offset);
        String callId = event.getCallId();
        if (event.getType() == CallEventType.STARTED && event.getStarted() != null) {
            LOG.atInfo().addKeyValue("callId", callId).log("Call begins");
            with(callId, call -> {
                call.callStarted(event.getStarted().getFrameZeroAt());
                return List.of();
            });
        } else if (event.getType() == CallEventType.HELD || event.getType() == CallEventType.UNHELD) {
            boolean held = event.getType() == CallEventType.HELD;
            if (catchingUp || calls.containsKey(callId)) {
                with(callId, call -> call.onHold(held, hands.now()));
            }
        } else if (event.getType() == CallEventType.ENDED) {
            ended.put(callId, true);
            if (calls.containsKey(callId)) {
                LOG.atInfo()
                        .addKeyValue("callId", callId)
                        .addKeyValue("reason", event.getReason())
                        .log("Call ends");
                with(callId, call -> call.callEnded(hands.now()));
            }
        }
    }

    @Override
    public void caughtUp() {
        catchingUp = false;
        ledger.caughtUp();
        for (String callId : new ArrayList<>(calls.keySet())) {
            with(callId, call -> call.caughtUp(hands.now()));
        }
    }

    @Override
    public void tick(Instant now) {
        causedAt = now;
        for (String callId : new ArrayList<>(calls.keySet())) {
            with(callId, call -> call.tick(hands.now()));
        }
    }

    @Override
    public long committable(Topic<?> topic) {
        return ledger.committable(topic);
    }

    @Override
    public boolean drained() {
        return heardUnderWay == 0; // What plays goes on playing; the next owner finds it in Asterisk.
    }

    @Override
    public void close(boolean ownershipLost) {
        closed = true;
        bargeIns.disown(number);
    }

    // ---------------------------------------------------------------- barge-in

    boolean plays(String callId) {
        return calls.containsKey(callId);
    }

    void bargeIn(BargeIn view, Instant at, Consumer<Boolean> tell) {
        causedAt = at;
        bargedInAt = at;
        with(view.getCallId(), call -> {
            boolean raised =
                    view.getVoidBefore() > bargeIns.fence(view.getCallId()).voidBefore();
            List<Act> acts = call.bargeIn(view, hands.now());
            tell.accept(raised);
            return acts;
        });
        bargedInAt = null;
    }

    // ---------------------------------------------------------------- doing

    private void with(String callId, Function<CallPlayout, List<Act>> step) {
        if (closed) {
            return;
        }
        CallPlayout call = calls.get(callId);
        if (call == null) {
            call = begin(callId);
        }
        step.apply(call).forEach(act -> perform(callId, act));
        if (call.isEnded()) {
            calls.remove(callId);
        }
    }

    private CallPlayout begin(String callId) {
        CallPlayout call = new CallPlayout(callId, bargeIns.fence(callId));
        calls.put(callId, call);
        if (!catchingUp) {
            call.caughtUp(hands.now());
        }
        if (ended.containsKey(callId)) {
            call.callEnded(hands.now());
        }
        return call;
    }

    private void perform(String callId, Act act) {
        long now = hands.now();
        switch (act) {
            case Act.Synthesise(ReplyChunk chunk, boolean urgent) ->
                hands.voice().ask(chunk, urgent, this);
            case Act.Play(ReplyChunk chunk, long answers) -> play(chunk, answers);
            case Act.Stop(String id) -> stop(callId, id);
            case Act.Pause(String id) ->
                back(
                        callId,
                        hands.speaking().pause(id),
                        (call, status) -> call.pauseAnswered(id, true, status, hands.now()));
            case Act.Resume(String id) ->
                back(
                        callId,
                        hands.speaking().resume(id),
                        (call, status) -> call.pauseAnswered(id, false, status, hands.now()));
            case Act.LookUp(String id) ->
                back(
                        callId,
                        hands.speaking().lookUp(callId, id),
                        (call, found) -> call.lookedUp(id, found.presence(), hands.now()));
            case Act.Note(PlaybackEvent event) -> {
                telling.event(event);
                var _ = hands.write(Topics.PLAYBACK_EVENTS, callId, event);
            }
            case Act.Over(ReplyChunk chunk, ReplyHeard heard) -> over(chunk, heard);
            case Act.Settled(AnswerId answer) -> {
                committed.remove(answer);
                ledger.release(new Owner(callId, answer));
            }
            case Act.StopStranger stop -> bargeIns.stop(stop, causedAt);
            case Act.ResumeStranger _ -> throw new IllegalStateException("not for an owner, at " + now);
        }
    }

    private void play(ReplyChunk chunk, long answers) {
        LineSound sound = sounds.get(chunk.playbackId());
        if (sound == null || !hands.mayPost().getAsBoolean()) {
            hands.metrics().counter(PlayerMeter.HELD_BACK).increment();
            hands.loop().execute(() -> with(chunk.callId(), call -> call.notPosted(chunk.playbackId(), hands.now())));
            return;
        }
        CompletableFuture<Boolean> published = hands.write(
                Topics.REPLY_AUDIO,
                chunk.callId(),
                ReplyAudio.newBuilder()
                        .setCallId(chunk.callId())
                        .setPlaybackId(chunk.playbackId())
                        .setType(ReplyAudioType.SOUND)
                        .setInterruptible(chunk.interruptible())
                        .setAnswers(answers)
                        .setPcm(ByteBuffer.wrap(sound.pcm()))
                        .setVoice(sound.voice())
                        .setAt(hands.now())
                        .setTookMicros(sound.tookMicros())
                        .build());
        CompletableFuture<Integer> answer = hands.speaking()
                .play(chunk, sound, bargeIns.fence(chunk.callId()).voidBefore(), published);
        Instant since = committed.remove(chunk.answer());
        if (since != null && chunk.n() == 0) {
            hands.metrics()
                    .timer(PlayerMeter.COMMIT_TO_POST)
                    .record(Duration.between(since, hands.clock().instant()));
        }
        back(chunk.callId(), answer, (call, status) -> call.posted(chunk.playbackId(), status, hands.now()));
    }

    private void stop(String callId, String playbackId) {
        long sent = System.nanoTime();
        CompletableFuture<Integer> answer = hands.speaking().stop(callId, playbackId);
        if (bargedInAt != null) { // others are cancels, retries, and what a dead owner left
            hands.metrics()
                    .timer(PlayerMeter.CONTROL_TO_STOP)
                    .record(Duration.between(bargedInAt, hands.clock().instant()));
        }
        back(callId, answer, (call, status) -> {
            hands.metrics().timer(PlayerMeter.STOP).record(System.nanoTime() - sent, TimeUnit.NANOSECONDS);
            return call.stopped(playbackId, status, hands.now());
        });
    }

    private interface Return<T> {
        List<Act> to(CallPlayout call, T answer);
    }

    /** Brings an answer back to the loop's thread and to the call, if it is still there. */
    private <T> void back(String callId, CompletableFuture<T> answer, Return<T> step) {
        answer.thenAccept(value -> hands.loop().execute(() -> {
            causedAt = hands.clock().instant();
            if (calls.containsKey(callId)) {
                with(callId, call -> step.to(call, value));
            }
        }));
    }

    private void over(ReplyChunk chunk, @Nullable ReplyHeard heard) {
        telling.over(chunk, heard);
        hands.voice().drop(chunk.playbackId());
        sounds.remove(chunk.playbackId());
        if (heard == null) {
            ledger.release(chunk.playbackId());
            return;
        }
        // Where it is not written the offset stays: whoever reads on from there finds the chunk in playback.events and
        // says it again.
        heardUnderWay++;
        hands.write(Topics.REPLY_HEARD, chunk.callId(), heard)
                .thenAccept(written -> hands.loop().execute(() -> {
                    heardUnderWay--;
                    if (written) {
                        ledger.release(chunk.playbackId());
                    }
                }));
    }

    // ---------------------------------------------------------------- the voice

    @Override
    public void spoken(ReplyChunk chunk, LineSound sound) {
        hands.loop().execute(() -> {
            if (calls.containsKey(chunk.callId()) && !closed) {
                sounds.put(chunk.playbackId(), sound);
                with(chunk.callId(), call -> call.synthesised(chunk.playbackId(), sound.millis(), hands.now()));
            }
        });
    }

    @Override
    public void failed(ReplyChunk chunk) {
        hands.loop().execute(() -> {
            if (calls.containsKey(chunk.callId())) {
                with(chunk.callId(), call -> call.synthesisFailed(chunk.playbackId(), hands.now()));
            }
        });
    }

    /** An answer of a call, as the ledger knows it. */
    private record Owner(String callId, AnswerId answer) {}
}
