package dev.parley.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.parley.agent.domain.ReplyPart;
import dev.parley.agent.domain.ReplyRequest;
import dev.parley.agent.engine.ReplyEngine;
import dev.parley.agent.engine.ScriptedEngine;
import dev.parley.records.CallCommand;
import dev.parley.records.CallCommandType;
import dev.parley.records.CallEvent;
import dev.parley.records.CallEventType;
import dev.parley.records.Conversation;
import dev.parley.records.Reply;
import dev.parley.records.ReplyHeard;
import dev.parley.records.ReplyKind;
import dev.parley.records.ReplyType;
import dev.parley.records.SpeechEvent;
import dev.parley.records.SpeechEventType;
import dev.parley.records.Transcript;
import dev.parley.runtime.Metrics;
import dev.parley.runtime.ServiceContext;
import dev.parley.runtime.config.Settings;
import dev.parley.runtime.kafka.KafkaConnection;
import dev.parley.runtime.kafka.PublishProfile;
import dev.parley.runtime.kafka.Publisher;
import dev.parley.runtime.kafka.Received;
import dev.parley.runtime.kafka.TopicTail;
import dev.parley.schemas.Topic;
import dev.parley.schemas.TopicOptions;
import dev.parley.schemas.TopicRegistry;
import dev.parley.schemas.Topics;
import dev.parley.testkit.kafka.EmbeddedKafka;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.apache.avro.specific.SpecificRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The agent on a real broker: whole turns, a restart in mid-call, a process that dies. */
class AgentServiceTest {
    @TempDir
    static Path folder;

    static EmbeddedKafka broker;
    static Settings settings;
    static KafkaConnection test;
    static Publisher publisher;
    static final List<Reply> REPLIES = new CopyOnWriteArrayList<>();
    static final List<CallCommand> COMMANDS = new CopyOnWriteArrayList<>();
    static final List<Received<Conversation>> CONVERSATIONS = new CopyOnWriteArrayList<>();

    @BeforeAll
    static void start() {
        broker = EmbeddedKafka.start(folder);
        settings = Settings.from(Map.of(
                "KAFKA_BOOTSTRAP_SERVERS",
                broker.bootstrapServers(),
                "SCHEMA_REGISTRY_URL",
                "mock://agent-service-test",
                "TOPIC_PARTITIONS",
                "3"));
        test = KafkaConnection.open(settings, Metrics.inMemory());
        TopicOptions all = TopicOptions.DEFAULT;
        TopicRegistry.ensure(
                test.admin(),
                new TopicOptions(
                        3,
                        1,
                        -1,
                        all.shortRetention(),
                        all.longRetention(),
                        all.longestOutage(),
                        all.longestCall(),
                        all.longestChunk(),
                        all.longestSpoken()));
        test.awaitTopics(() -> true);
        publisher = test.publisher(PublishProfile.LIVE);
        // A producer that has never seen a topic may refuse its first record.
        await().ignoreExceptions().until(() -> {
            for (Topic<?> topic : Topics.ALL) {
                test.admin()
                        .describeTopics(List.of(topic.name()))
                        .allTopicNames()
                        .get();
            }
            publisher
                    .publish(Topics.CALL_EVENTS, "pbx~warm", event("pbx~warm", CallEventType.RESYNCED, 0))
                    .join();
            publisher
                    .publish(Topics.SPEECH_EVENTS, "pbx~warm", CallRecords.speech(SpeechEventType.SILENCE, 0, 0, 0))
                    .join();
            publisher.publish(Topics.CALL_COMMANDS, "pbx~warm", null).join();
            publisher.publish(Topics.TRANSCRIPTS, "pbx~warm", null).join();
            publisher.publish(Topics.REPLY_HEARD, "pbx~warm", null).join();
            return true;
        });
        TopicTail.start(test, Topics.REPLIES, TopicTail.From.BEGINNING, record -> REPLIES.add(record.value()));
        TopicTail.start(test, Topics.CALL_COMMANDS, TopicTail.From.BEGINNING, record -> {
            if (record.value() != null) {
                COMMANDS.add(record.value());
            }
        });
        TopicTail.start(test, Topics.CONVERSATIONS, TopicTail.From.BEGINNING, CONVERSATIONS::add);
    }

    @AfterAll
    static void stop() {
        test.close();
        broker.close();
    }

    private final class Running implements AutoCloseable {
        final KafkaConnection connection = KafkaConnection.open(settings, Metrics.inMemory());
        final AgentService service;

        Running(ReplyEngine engine) {
            service = new AgentService(
                    AgentConfig.from(settings), new ServiceContext(settings, connection.metrics(), connection), engine);
            service.start();
        }

        @Override
        public void close() {
            service.close();
            connection.close();
        }
    }

    @Test
    void aCallIsGreetedAnsweredAndEnded() {
        String call = "pbx~whole";
        try (Running agent = new Running(ScriptedEngine.examples())) {
            publish(Topics.CALL_EVENTS, call, started(call));
            Reply greeting = awaitReply(call, ReplyKind.PROMPT, ReplyType.CHUNK);
            hear(greeting, 10);
            says(call, 100, 200, "What are your opening hours?");
            Reply commit = awaitReply(call, ReplyKind.ANSWER, ReplyType.COMMIT);
            assertThat(commit.getTurn()).isEqualTo(200);
            assertThat(text(call, 100)).contains("nine in the morning");
            hearAnswer(call, 100, 310);
            says(call, 600, 650, "Good bye.");
            await().until(() -> text(call, 600).contains("Good-bye"));
            hearAnswer(call, 600, 760);
            await().until(() -> COMMANDS.stream()
                    .anyMatch(c -> c.getCallId().equals(call) && c.getType() == CallCommandType.HANG_UP));
            publish(Topics.CALL_EVENTS, call, event(call, CallEventType.ENDED, 900));
            await().atMost(Duration.ofSeconds(20))
                    .until(() -> CONVERSATIONS.stream().anyMatch(r -> r.key().equals(call) && r.value() == null));
            assertThat(agent.service.live()).isTrue();
        }
    }

    @Test
    void whatIsSaidWhileTheAgentIsAwayIsAnsweredOnceAndWithTheHistory() {
        String call = "pbx~away";
        try (Running agent = new Running(ScriptedEngine.examples())) {
            publish(Topics.CALL_EVENTS, call, started(call));
            hear(awaitReply(call, ReplyKind.PROMPT, ReplyType.CHUNK), 10);
            says(call, 100, 200, "Please book a table.");
            awaitReply(call, ReplyKind.ANSWER, ReplyType.COMMIT);
            await().untilAsserted(
                            () -> assertThat(text(call, 100)).as("%s", of(call)).contains("Shall I book it?"));
        }
        hearAnswer(call, 100, 310);
        says(call, 600, 650, "Yes.");
        try (Running agent = new Running(ScriptedEngine.examples())) {
            await().atMost(Duration.ofSeconds(20)).until(() -> text(call, 600).contains("It is booked"));
            assertThat(commits(call)).extracting(Reply::getUtterance).containsExactly(100L, 600L);
            publish(Topics.CALL_EVENTS, call, event(call, CallEventType.ENDED, 900));
            await().atMost(Duration.ofSeconds(20))
                    .until(() -> CONVERSATIONS.stream().anyMatch(r -> r.key().equals(call) && r.value() == null));
        }
    }

    @Test
    void anAnswerThatTheDeadAgentHadBegunIsFinishedByTheNext() {
        String call = "pbx~begun";
        Scripted half = new Scripted(List.of(new ReplyPart.Text("The first half of it is said. The second ", true)));
        Running dying = new Running(half);
        publish(Topics.CALL_EVENTS, call, started(call));
        hear(awaitReply(call, ReplyKind.PROMPT, ReplyType.CHUNK), 10);
        says(call, 100, 200, "Tell me all");
        awaitReply(call, ReplyKind.ANSWER, ReplyType.COMMIT);
        dying.close();
        Scripted rest = new Scripted(
                List.of(new ReplyPart.Text("The second half is said too.", true), new ReplyPart.Done(false, null)));
        try (Running agent = new Running(rest)) {
            awaitReply(call, ReplyKind.ANSWER, ReplyType.END);
            assertThat(text(call, 100)).isEqualTo("The first half of it is said. The second half is said too.");
            assertThat(rest.requests.getLast().alreadySaid()).isEqualTo("The first half of it is said.");
            assertThat(commits(call)).hasSize(1);
            publish(Topics.CALL_EVENTS, call, event(call, CallEventType.ENDED, 900));
            await().atMost(Duration.ofSeconds(20))
                    .until(() -> CONVERSATIONS.stream().anyMatch(r -> r.key().equals(call) && r.value() == null));
        }
    }

    /** Says the same to everything. */
    private static final class Scripted implements ReplyEngine {
        private final List<ReplyPart> said;
        final List<ReplyRequest> requests = new CopyOnWriteArrayList<>();

        Scripted(List<ReplyPart> said) {
            this.said = said;
        }

        @Override
        public String name() {
            return "test";
        }

        @Override
        public Asked ask(ReplyRequest request, Consumer<ReplyPart> parts) {
            requests.add(request);
            Thread.startVirtualThread(() -> said.forEach(parts));
            return () -> {};
        }

        @Override
        public void close() {}
    }

    // ---------------------------------------------------------------- records

    private static <T extends SpecificRecord> void publish(Topic<T> topic, String call, T value) {
        publisher.publish(topic, call, value).join();
    }

    private static long now() {
        return ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now());
    }

    private static CallEvent started(String call) {
        CallEvent event = CallRecords.started("en");
        event.setCallId(call);
        event.setAt(now());
        event.getStarted().setFrameZeroAt(now());
        return event;
    }

    private static CallEvent event(String call, CallEventType type, long frame) {
        CallEvent event = CallRecords.event(type, frame);
        event.setCallId(call);
        event.setAt(now());
        return event;
    }

    private static void says(String call, long first, long last, String text) {
        says(call, CallRecords.speech(SpeechEventType.SPEECH_STARTED, first, first + 5, first + 4));
        Transcript words = CallRecords.provisional(first, 0, 0, last + 8, text);
        words.setCallId(call);
        words.setAt(now());
        publish(Topics.TRANSCRIPTS, call, words);
        says(call, CallRecords.end(first, last, 0, 0));
    }

    private static void says(String call, SpeechEvent event) {
        event.setCallId(call);
        event.setAt(now());
        publish(Topics.SPEECH_EVENTS, call, event);
    }

    private static void hear(Reply chunk, long frame) {
        ReplyHeard heard = CallRecords.heard(chunk, frame, frame + 45, 900, 900, chunk.getText());
        heard.setAt(now());
        heard.setCallId(chunk.getCallId());
        publish(Topics.REPLY_HEARD, chunk.getCallId(), heard);
    }

    private static void hearAnswer(String call, long utterance, long frame) {
        await().until(() -> of(call).stream()
                .anyMatch(r -> r.getUtterance() == utterance
                        && r.getKind() == ReplyKind.ANSWER
                        && r.getType() == ReplyType.END));
        of(call).stream()
                .filter(r -> r.getUtterance() == utterance
                        && r.getKind() == ReplyKind.ANSWER
                        && r.getType() == ReplyType.CHUNK)
                .forEach(chunk -> hear(chunk, frame + chunk.getN() * 45L));
    }

    private static List<Reply> of(String call) {
        return REPLIES.stream().filter(r -> r.getCallId().equals(call)).toList();
    }

    private static List<Reply> commits(String call) {
        return of(call).stream().filter(r -> r.getType() == ReplyType.COMMIT).toList();
    }

    private static String text(String call, long utterance) {
        return String.join(
                " ",
                of(call).stream()
                        .filter(r -> r.getUtterance() == utterance
                                && r.getKind() == ReplyKind.ANSWER
                                && r.getType() == ReplyType.CHUNK)
                        .map(Reply::getText)
                        .toList());
    }

    private static Reply awaitReply(String call, ReplyKind kind, ReplyType type) {
        await().atMost(Duration.ofSeconds(20))
                .until(() -> of(call).stream().anyMatch(r -> r.getKind() == kind && r.getType() == type));
        return of(call).stream()
                .filter(r -> r.getKind() == kind && r.getType() == type)
                .findFirst()
                .orElseThrow();
    }
}
