package dev.parley.devstack.net;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.agent.AgentConfig;
import dev.parley.agent.AgentService;
import dev.parley.agent.engine.ScriptedEngine;
import dev.parley.records.CallEvent;
import dev.parley.records.CallEventType;
import dev.parley.records.CallStarted;
import dev.parley.records.ChunkStage;
import dev.parley.records.EndReason;
import dev.parley.records.Reply;
import dev.parley.records.ReplyKind;
import dev.parley.records.ReplyType;
import dev.parley.records.SpeechEvent;
import dev.parley.records.SpeechEventType;
import dev.parley.records.Transcript;
import dev.parley.records.TranscriptStatus;
import dev.parley.schemas.Topics;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;

/** Three callers a second say something: each is answered, and one answer, whole and in order, is in effect. */
final class AgentUnderTraffic extends UnderTraffic {
    private static final String ANSWER = "That is written down for you. Somebody will call you back tomorrow.";
    private static final String SCRIPT = """
            answers:
              - name: never
                when: ["parley abracadabra"]
                say: Never.
            fallback:
              say: %s
            """.formatted(ANSWER);
    private static final long FIRST = 100;
    private static final long LAST = 200;

    private final Set<String> calls = ConcurrentHashMap.newKeySet();
    private final Map<String, List<Reply>> replies = new ConcurrentHashMap<>();

    private AgentUnderTraffic(Map<String, String> broker) {
        super(
                broker,
                Map.of("GREETING", "", "FILLER_DELAY_MS", "0", "REPLY_DEADLINE", "120", "NO_INPUT_SECONDS", "300"));
        follow(
                Topics.REPLIES,
                record -> replies.computeIfAbsent(record.key(), call -> new CopyOnWriteArrayList<>())
                        .add(record.value()));
        start(context -> new AgentService(
                AgentConfig.from(context.settings()), context, ScriptedEngine.of("this test", SCRIPT)));
    }

    static UnderTraffic start(Map<String, String> broker) {
        return new AgentUnderTraffic(broker);
    }

    @Override
    void feed(int n) {
        if (n % 3 != 0) {
            return;
        }
        var call = "pbx~" + n;
        calls.add(call);
        publish(
                Topics.CALL_EVENTS,
                call,
                CallEvent.newBuilder()
                        .setCallId(call)
                        .setType(CallEventType.STARTED)
                        .setFrame(0)
                        .setAt(now())
                        .setStarted(new CallStarted("+1555", "100", "pbx", Integer.toString(n), "en", now()))
                        .build());
        publish(
                Topics.SPEECH_EVENTS,
                call,
                speech(call, SpeechEventType.SPEECH_STARTED, FIRST + 5).build());
        publish(
                Topics.TRANSCRIPTS,
                call,
                Transcript.newBuilder()
                        .setCallId(call)
                        .setUtterance(FIRST)
                        .setIndex(0)
                        .setRevision(0)
                        .setStage(ChunkStage.PROVISIONAL)
                        .setFirstFrame(FIRST)
                        .setLastFrame(LAST + 8)
                        .setStatus(TranscriptStatus.RECOGNISED)
                        .setText("Please write down that I have called.")
                        .setFrame(LAST + 8)
                        .setAt(now())
                        .build());
        publish(
                Topics.SPEECH_EVENTS,
                call,
                speech(call, SpeechEventType.END_OF_TURN, LAST + 100)
                        .setReason(EndReason.SILENCE)
                        .setIndex(0)
                        .setRevision(0)
                        .build());
    }

    private static SpeechEvent.Builder speech(String call, SpeechEventType type, long frame) {
        return SpeechEvent.newBuilder()
                .setCallId(call)
                .setType(type)
                .setUtterance(FIRST)
                .setFrame(frame)
                .setAt(now())
                .setLastVoicedFrame(Math.min(frame, LAST));
    }

    @Override
    int done() {
        return (int) replies.values().stream()
                .filter(all -> all.stream().anyMatch(reply -> reply.getType() == ReplyType.END))
                .count();
    }

    @Override
    void assertAllDoneOnce() {
        for (var call : calls) {
            var inEffect = inEffect(replies.getOrDefault(call, List.of()));
            assertThat(inEffect).as("answers of %s that stand", call).hasSize(1);
            var answer = inEffect.getFirst();
            assertThat(answer)
                    .filteredOn(reply -> reply.getType() == ReplyType.END)
                    .isNotEmpty();
            var chunks = new TreeMap<Integer, Set<String>>();
            answer.stream()
                    .filter(reply -> reply.getType() == ReplyType.CHUNK)
                    .forEach(chunk -> chunks.computeIfAbsent(chunk.getN(), n -> new java.util.TreeSet<>())
                            .add(chunk.getText()));
            assertThat(chunks.values()).allSatisfy(texts -> assertThat(texts).hasSize(1));
            assertThat(chunks.values().stream().flatMap(Set::stream).collect(Collectors.joining(" ")))
                    .isEqualTo(ANSWER);
        }
    }

    /** The answers that were committed and not cancelled, each with all its records. */
    private static List<List<Reply>> inEffect(List<Reply> all) {
        return all.stream()
                .filter(reply -> reply.getKind() == ReplyKind.ANSWER)
                .collect(Collectors.groupingBy(reply ->
                        List.of(reply.getUtterance(), reply.getIndex(), reply.getRevision(), reply.getAttempt())))
                .values()
                .stream()
                .filter(answer -> answer.stream().anyMatch(reply -> reply.getType() == ReplyType.COMMIT))
                .filter(answer -> answer.stream().noneMatch(reply -> reply.getType() == ReplyType.CANCEL))
                .toList();
    }
}
