package dev.parley.agent.kafka;

import dev.parley.agent.domain.AgentPolicy;
import dev.parley.agent.domain.Backchannels;
import dev.parley.agent.domain.EndOfTurnPolicy;
import dev.parley.agent.domain.Phrases;
import dev.parley.agent.domain.ReplyPart;
import dev.parley.agent.domain.ReplyRequest;
import dev.parley.agent.engine.ReplyEngine;
import dev.parley.records.BargeIn;
import dev.parley.records.Conversation;
import dev.parley.records.Heard;
import dev.parley.records.Reply;
import dev.parley.records.ReplyHeard;
import dev.parley.records.ReplyKind;
import dev.parley.records.ReplyType;
import dev.parley.runtime.Metrics;
import dev.parley.runtime.kafka.Publisher;
import dev.parley.runtime.kafka.Received;
import dev.parley.schemas.PlaybackId;
import dev.parley.schemas.Topic;
import dev.parley.schemas.Topics;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;

/**
 * One partition of a Kafka in memory, an agent process on it that can be killed at any record that it reads or writes, and a player that hears what it may. The engine
 * is like a language model: it never says the same twice, and each text tells which process asked for it.
 */
final class MemoryWorld {
    static final String CALL = "pbx~1";
    static final Instant ZERO = Instant.parse("2026-01-01T10:00:00Z");
    private static final List<Topic<?>> READ = List.of(
            Topics.CALL_EVENTS,
            Topics.SPEECH_EVENTS,
            Topics.TRANSCRIPTS,
            Topics.REPLIES,
            Topics.REPLY_HEARD,
            Topics.CALL_COMMANDS);

    /** Thrown where the process dies. */
    private static final class Killed extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    /** What was taken out, to show that a test notices. */
    enum Without {
        NOTHING,
        /** The topic `replies` is not read back. */
        THE_LOG,
        /** Nobody remembers which utterances are done with. */
        THE_WATERMARK
    }

    record Written(int number, SpecificRecord value) {}

    private final Map<String, List<SpecificRecord>> topics = new HashMap<>();
    /** Every record of any topic in the order of writing. */
    final List<Written> written = new ArrayList<>();

    private final Map<String, Long> committed = new HashMap<>();
    private @Nullable Conversation saved;
    private final Map<String, BargeIn> bargeIns = new TreeMap<>();
    private final Set<String> reported = new HashSet<>();
    private final Without without;
    private final int killAt;
    private final Random order;
    private int events;
    private int processes;
    private Instant now = ZERO;
    private @Nullable Process process;

    MemoryWorld(int killAt, Without without, long seed) {
        this.killAt = killAt;
        this.without = without;
        this.order = new Random(seed);
        READ.forEach(topic -> topics.put(topic.name(), new ArrayList<>()));
        begin();
    }

    boolean wasKilled() {
        return processes > 1;
    }

    int events() {
        return events;
    }

    // ---------------------------------------------------------------- the world's side

    /** Time is at this frame; the agent gets to do what it has to. */
    void at(long frame) {
        now = ZERO.plusMillis(frame * 20);
        settle();
    }

    void write(SpecificRecord... records) {
        for (SpecificRecord each : records) {
            append(topicOf(each), each);
        }
        settle();
    }

    /** The player plays what may be played from this frame on, 40 frames a chunk, and reports it. */
    long hear(long frame) {
        long at = frame;
        for (Reply chunk : playable()) {
            if (reported.add(playbackId(chunk))) {
                at(at + 40);
                write(heard(chunk, at, at + 39, 800, 800, String.valueOf(chunk.getText())));
                at += 40;
            }
        }
        return at;
    }

    /** What the caller is hearing: the first chunk that was not heard yet; its rest is reported cut short when it is stopped. */
    Reply nextToBeHeard() {
        return playable().stream()
                .filter(chunk -> !reported.contains(playbackId(chunk)))
                .findFirst()
                .orElseThrow();
    }

    Heard hearing(Reply chunk) {
        return new Heard(playbackId(chunk), chunk.getKind());
    }

    void cutShort(Reply chunk, long from, long to) {
        if (reported.add(playbackId(chunk))) {
            write(heard(chunk, from, to, 300, 800, "half"));
        }
    }

    /** Chunks that a player may play: committed, not cancelled, not void; the first of each number counts. */
    List<Reply> playable() {
        long voidBefore = bargeIns.values().stream()
                .mapToLong(BargeIn::getVoidBefore)
                .max()
                .orElse(0);
        Map<String, Long> turns = new HashMap<>();
        Set<String> cancelled = new HashSet<>();
        for (Reply reply : replies()) {
            if (reply.getTurn() != null) {
                turns.putIfAbsent(id(reply), reply.getTurn());
            }
            if (reply.getType() == ReplyType.CANCEL) {
                cancelled.add(id(reply));
            }
        }
        Map<String, Reply> chunks = new LinkedHashMap<>();
        for (Reply reply : replies()) {
            Long turn = turns.get(id(reply));
            if (reply.getType() == ReplyType.CHUNK
                    && turn != null
                    && turn >= voidBefore
                    && !cancelled.contains(id(reply))) {
                chunks.putIfAbsent(playbackId(reply), reply);
            }
        }
        return List.copyOf(chunks.values());
    }

    List<Reply> replies() {
        return topics.get(Topics.REPLIES.name()).stream().map(Reply.class::cast).toList();
    }

    @Nullable
    Conversation saved() {
        return saved;
    }

    static String id(Reply reply) {
        return reply.getKind() + "-" + reply.getUtterance() + "-" + reply.getIndex() + "-" + reply.getRevision() + "-"
                + reply.getAttempt();
    }

    static long micros(Instant instant) {
        return ChronoUnit.MICROS.between(Instant.EPOCH, instant);
    }

    private static String playbackId(Reply chunk) {
        return new PlaybackId(
                        chunk.getKind(),
                        chunk.getCallId(),
                        chunk.getUtterance(),
                        chunk.getIndex(),
                        chunk.getRevision(),
                        chunk.getAttempt(),
                        chunk.getN())
                .toString();
    }

    private static ReplyHeard heard(Reply chunk, long from, long to, int heardMs, int totalMs, String text) {
        return ReplyHeard.newBuilder()
                .setCallId(CALL)
                .setPlaybackId(playbackId(chunk))
                .setKind(chunk.getKind())
                .setUtterance(chunk.getUtterance())
                .setIndex(chunk.getIndex())
                .setRevision(chunk.getRevision())
                .setAttempt(chunk.getAttempt())
                .setN(chunk.getN())
                .setHeardMs(heardMs)
                .setTotalMs(totalMs)
                .setComplete(heardMs == totalMs)
                .setText(text)
                .setFirstFrame(from)
                .setLastFrame(to)
                .setAt(micros(ZERO) + to * 20_000)
                .build();
    }

    // ---------------------------------------------------------------- Kafka's side

    private static Topic<?> topicOf(SpecificRecord value) {
        return Topics.ALL.stream()
                .filter(topic -> topic.type().isInstance(value))
                .findFirst()
                .orElseThrow();
    }

    private void append(Topic<?> topic, @Nullable SpecificRecord value) {
        if (value != null) {
            written.add(new Written(written.size(), value));
        }
        if (topic.equals(Topics.CONVERSATIONS)) {
            saved = (Conversation) value;
        } else if (value instanceof BargeIn state) {
            bargeIns.put(state.getWriter().name(), state);
            Process running = process;
            if (running != null) {
                running.tasks.add(() -> running.onBargeIn(state));
            }
        } else if (value != null) {
            topics.get(topic.name()).add(value);
        }
    }

    /** Whatever happens counts; at the chosen one the process dies. */
    private void happens(Process who) {
        events++;
        if (events == killAt && who == process) {
            throw new Killed();
        }
    }

    private void begin() {
        processes++;
        process = null;
        while (process == null) {
            try {
                process = new Process(processes);
                process.restore();
            } catch (Killed e) {
                processes++;
                process = null;
            }
        }
    }

    private void settle() {
        for (boolean busy = true; busy; ) {
            Process running = process;
            if (running == null) {
                throw new IllegalStateException();
            }
            try {
                busy = running.step();
            } catch (Killed e) {
                running.dead = true;
                begin();
                busy = true;
            }
        }
    }

    /** An agent process. */
    private final class Process implements Publisher {
        final Queue<Runnable> tasks = new ArrayDeque<>();
        private final Map<String, Long> positions = new HashMap<>();
        private final AgentPartition partition;
        private final BargeIns known = new BargeIns();
        boolean dead;

        Process(int number) {
            bargeIns.values().forEach(this::know);
            for (Topic<?> topic : READ) {
                positions.put(topic.name(), committed.getOrDefault(topic.name(), 0L));
            }
            Clock clock = new Clock() {
                @Override
                public java.time.ZoneId getZone() {
                    return ZoneOffset.UTC;
                }

                @Override
                public Clock withZone(java.time.ZoneId zone) {
                    return this;
                }

                @Override
                public Instant instant() {
                    return now;
                }
            };
            partition = new AgentPartition(
                    0,
                    new AgentPartition.Shared(
                            policy(),
                            Duration.ofHours(2),
                            new Model(number),
                            this,
                            known,
                            any -> CompletableFuture.completedFuture(backlog()),
                            tasks::add,
                            Metrics.inMemory(),
                            clock));
        }

        private Map<String, Long> backlog() {
            Map<String, Long> backlog = new HashMap<>();
            for (Topic<?> topic : READ) {
                long end = topics.get(topic.name()).size();
                if (positions.get(topic.name()) < end && !hidden(topic)) {
                    backlog.put(topic.name(), end);
                }
            }
            return backlog;
        }

        private boolean hidden(Topic<?> topic) {
            return without == Without.THE_LOG && topic.equals(Topics.REPLIES);
        }

        void restore() {
            Conversation state = saved;
            List<Received<?>> states = new ArrayList<>();
            if (state != null) {
                Conversation copy = Conversation.newBuilder()
                        .setCallId(state.getCallId())
                        .setLanguage(state.getLanguage())
                        .setAnsweredThrough(without == Without.THE_WATERMARK ? -1 : state.getAnsweredThrough())
                        .setHistory(state.getHistory())
                        .setExpects(state.getExpects())
                        .setPromptsInARow(state.getPromptsInARow())
                        .setCommandsDone(state.getCommandsDone())
                        .setHeld(state.getHeld())
                        .setOffsets(state.getOffsets())
                        .setFrame(state.getFrame())
                        .setAt(state.getAt())
                        .build();
                states.add(new Received<>(Topics.CONVERSATIONS, 0, 0, now, CALL, copy));
            }
            partition.restore(states);
        }

        void know(BargeIn state) {
            known.receive(new Received<>(
                    Topics.BARGE_IN,
                    0,
                    0,
                    now,
                    new dev.parley.schemas.BargeInKey(CALL, state.getWriter()).toString(),
                    CALL.isEmpty() ? null : state));
        }

        void onBargeIn(BargeIn state) {
            know(state);
            partition.bargeIn(state);
        }

        /** Does one thing; false when there is nothing to do. */
        boolean step() {
            Runnable task = tasks.poll();
            if (task != null) {
                task.run();
                return true;
            }
            List<Topic<?>> waiting = READ.stream()
                    .filter(topic -> !hidden(topic)
                            && positions.get(topic.name())
                                    < topics.get(topic.name()).size())
                    .toList();
            if (!waiting.isEmpty()) {
                read(waiting.get(order.nextInt(waiting.size())));
                return true;
            }
            partition.tick(now);
            if (!tasks.isEmpty() || written.size() > lastSeen) {
                lastSeen = written.size();
                return true;
            }
            commit();
            return false;
        }

        private int lastSeen;

        private <T extends SpecificRecord> void read(Topic<T> topic) {
            long offset = positions.get(topic.name());
            happens(this);
            partition.receive(new Received<>(
                    topic,
                    0,
                    offset,
                    now,
                    CALL,
                    topic.type().cast(topics.get(topic.name()).get((int) offset))));
            positions.put(topic.name(), offset + 1);
            partition.tick(now);
        }

        private void commit() {
            for (Topic<?> topic : READ) {
                long offset = partition.committable(topic);
                if (offset >= 0) {
                    committed.put(topic.name(), offset);
                }
            }
        }

        @Override
        public <T extends SpecificRecord> CompletableFuture<@Nullable Void> publish(
                Topic<T> topic, String key, String callId, @Nullable T value) {
            if (dead) {
                throw new Killed();
            }
            // It dies before the record is written, or after it was and before anyone noticed.
            happens(this);
            append(topic, value);
            happens(this);
            return CompletableFuture.completedFuture(null);
        }

        /** Says three sentences about what it was asked, one at a time, and goes on after those that were said. */
        private final class Model implements ReplyEngine {
            private final int number;

            Model(int number) {
                this.number = number;
            }

            @Override
            public String name() {
                return "model";
            }

            @Override
            public Asked ask(ReplyRequest request, Consumer<ReplyPart> parts) {
                boolean[] cancelled = {false};
                int said = request.alreadySaid().isEmpty()
                        ? 0
                        : request.alreadySaid().split("\\.").length;
                List<ReplyPart> all = new ArrayList<>();
                for (int i = said + 1; i <= 3; i++) {
                    all.add(new ReplyPart.Text(
                            "Sentence " + i + " by " + number + " to "
                                    + request.text().replace(".", "") + ". ",
                            true));
                }
                all.add(new ReplyPart.Done(false, null));
                next(all, 0, parts, cancelled);
                return () -> cancelled[0] = true;
            }

            private void next(List<ReplyPart> all, int i, Consumer<ReplyPart> parts, boolean[] cancelled) {
                tasks.add(() -> {
                    if (!cancelled[0] && i < all.size()) {
                        parts.accept(all.get(i));
                        next(all, i + 1, parts, cancelled);
                    }
                });
            }

            @Override
            public void close() {}
        }
    }

    static AgentPolicy policy() {
        return new AgentPolicy(
                Duration.ofMillis(1000),
                20,
                6,
                Duration.ofMillis(700),
                Duration.ofSeconds(8),
                Duration.ofSeconds(60),
                true,
                true,
                Duration.ofMillis(2000),
                "en",
                language -> Phrases.of(language, "Hello."),
                Backchannels.standard(),
                EndOfTurnPolicy.silence());
    }

    /** Whether a reply was void before all of it was heard. */
    private boolean isVoid(String id) {
        long voidBefore = bargeIns.values().stream()
                .mapToLong(BargeIn::getVoidBefore)
                .max()
                .orElse(0);
        long turn = replies().stream()
                .filter(r -> id(r).equals(id) && r.getTurn() != null)
                .mapToLong(Reply::getTurn)
                .findFirst()
                .orElse(Long.MAX_VALUE);
        Set<String> heardWhole = new HashSet<>();
        topics.get(Topics.REPLY_HEARD.name()).stream()
                .map(ReplyHeard.class::cast)
                .filter(ReplyHeard::getComplete)
                .forEach(heard -> heardWhole.add(heard.getPlaybackId()));
        return turn < voidBefore
                && !replies().stream()
                        .filter(r -> id(r).equals(id) && r.getType() == ReplyType.CHUNK)
                        .allMatch(chunk -> heardWhole.contains(playbackId(chunk)));
    }

    /** The sentences of the committed answers that were neither cancelled nor void, by utterance. */
    Map<Long, List<String>> answers() {
        Map<String, Long> committedAnswers = new HashMap<>();
        Set<String> cancelled = new HashSet<>();
        for (Reply reply : replies()) {
            if (reply.getKind() == ReplyKind.ANSWER && reply.getTurn() != null) {
                committedAnswers.put(id(reply), reply.getUtterance());
            }
            if (reply.getType() == ReplyType.CANCEL) {
                cancelled.add(id(reply));
            }
        }
        Map<Long, List<String>> answers = new TreeMap<>();
        for (Map.Entry<String, Long> each : committedAnswers.entrySet()) {
            if (!cancelled.contains(each.getKey()) && !isVoid(each.getKey())) {
                for (Reply reply : replies()) {
                    if (reply.getType() == ReplyType.CHUNK && id(reply).equals(each.getKey())) {
                        answers.computeIfAbsent(each.getValue(), u -> new ArrayList<>())
                                .add(String.valueOf(reply.getText()));
                    }
                }
            }
        }
        return answers;
    }
}
