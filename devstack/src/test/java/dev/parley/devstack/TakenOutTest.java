package dev.parley.devstack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.parley.audio.Sound;
import dev.parley.devstack.ProcessStack.Part;
import dev.parley.devstack.audit.CallVerdict;
import dev.parley.devstack.audit.CallView;
import dev.parley.devstack.audit.Entry;
import dev.parley.devstack.audit.Timeline;
import dev.parley.records.CallEvent;
import dev.parley.records.CallEventType;
import dev.parley.records.ChunkStage;
import dev.parley.records.Conversation;
import dev.parley.records.Reply;
import dev.parley.records.UtteranceChunk;
import dev.parley.schemas.Topics;
import dev.parley.testkit.asterisk.SimulatedCall;
import dev.parley.testkit.caller.Heard;
import dev.parley.testkit.caller.Recordings;
import dev.parley.testkit.caller.ScriptedCaller;
import dev.parley.testkit.caller.Sounds;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * That {@link KilledServicesTest} would fail without what it is to show: services are killed as there, and before they are started again
 * what they had left for their successors is taken off the broker (the chunker's checkpoint, the agent's snapshot and log, what the player
 * told of its playbacks). The same verdict must then find a fault. With all of it in place, records that come a second time change nothing.
 */
class TakenOutTest {
    private static final Duration PATIENCE = Duration.ofSeconds(45);
    private static final String SCRIPT = """
            answers:
              - name: never
                when: ["parley abracadabra"]
                say: Never.
            fallback:
              say: All right.
            """;

    @TempDir
    private static Path folder;

    private static ProcessStack stack;
    private static Timeline timeline;
    private static LeftBehind left;
    private static volatile Consumer<Entry> listener = entry -> {};

    @BeforeAll
    static void start() throws Exception {
        String models = System.getenv("PARLEY_MODELS");
        assumeTrue(models != null, "SKIPPED: PARLEY_MODELS is not set, so there are no engines; ./parley test sets it");
        Path script = Files.writeString(folder.resolve("agent.yaml"), SCRIPT);
        stack = ProcessStack.start(
                folder,
                Map.of(
                        "PARLEY_MODELS",
                        models,
                        "AGENT_SCRIPT",
                        script.toString(),
                        "GREETING",
                        "Hello.",
                        "FILLER_DELAY_MS",
                        "0",
                        "FALLBACK_AFTER",
                        "0",
                        "NO_INPUT_SECONDS",
                        "300",
                        "CHUNK_STREAMING_SECONDS",
                        "2"));
        timeline = new Timeline(stack.clientSettings(), entry -> listener.accept(entry));
        left = new LeftBehind(stack.clientSettings());
    }

    @AfterAll
    static void stop() throws Exception {
        if (left != null) left.close();
        if (timeline != null) timeline.close();
        if (stack != null) stack.close();
    }

    @Test
    void withoutItsCheckpointTheChunkerLosesWhatItHadBegun() throws Exception {
        SimulatedCall call = stack.asterisk().dial("+15551234", "100", "en");
        String callId = DevStack.ASTERISK + "~" + call.channelId();
        CompletableFuture<Void> back =
                when(chunk -> chunk instanceof UtteranceChunk cut && cut.getStage() == ChunkStage.PARTIAL, () -> {
                    // The offset is committed every second: what is lost then is what only the checkpoint knows.
                    left.awaitCommitted("vad-chunker", Topics.AUDIO_FRAMES, callId, PATIENCE);
                    restart(List.of(Part.CHUNKER), () -> left.forget(Topics.LISTENING_STATE, callId));
                });

        Heard heard = greeted()
                .say("long", human("demo-nogo"))
                .act("the chunker is back", any -> join(back))
                .pause(Duration.ofSeconds(3))
                .hangUp()
                .run(call);

        assertThat(faults(callId, heard)).anyMatch(fault -> fault.startsWith("never ended"));
    }

    @Test
    void whatComesASecondTimeIsAnsweredAgainOnlyWithoutWhatWasLeftBehind() throws Exception {
        SimulatedCall call = stack.asterisk().dial("+15551234", "100", "en");
        String callId = DevStack.ASTERISK + "~" + call.channelId();
        List<Part> both = List.of(Part.AGENT, Part.PLAYER);

        Heard heard = greeted()
                .say("short", human("auth-incorrect"))
                .waitForBotToSpeak(PATIENCE)
                .waitForBotSilence(Duration.ofMillis(700), PATIENCE)
                .act("everything comes a second time", any -> {
                    awaitSnapshot(callId);
                    List<Entry> before = said(callId);
                    int plays = plays();
                    restart(both, () -> left.rewind(callId));
                    left.awaitReadAgain(callId, PATIENCE);
                    assertThat(said(callId)).as("said again").hasSameSizeAs(before);
                    assertThat(plays()).as("played again").isEqualTo(plays);
                })
                .act("and again, but nothing is known of the first", any -> {
                    restart(both, () -> {
                        left.forget(Topics.CONVERSATIONS, callId);
                        left.delete(Topics.REPLIES, callId);
                        left.delete(Topics.PLAYBACK_EVENTS, callId);
                        left.rewind(callId);
                    });
                })
                // The caller has not listened while they were started: his wait begins before that.
                .waitForBotToSpeak(PATIENCE.multipliedBy(4))
                .waitForBotSilence(Duration.ofMillis(900), PATIENCE)
                .hangUp()
                .run(call);

        assertThat(faults(callId, heard))
                .anyMatch(fault -> fault.startsWith("logged twice: ANSWER"))
                .anyMatch(fault -> fault.startsWith("played twice"));
    }

    // ---------------------------------------------------------------- what is done

    private static ScriptedCaller greeted() {
        return ScriptedCaller.script().waitForBotToSpeak(PATIENCE).waitForBotSilence(Duration.ofMillis(700), PATIENCE);
    }

    private static Sound human(String name) {
        Optional<Recordings> recordings = Recordings.find("en");
        assumeTrue(
                recordings.isPresent(),
                "SKIPPED: PARLEY_SOUNDS is not set, so there is no human speech; ./parley test sets it");
        return Sounds.trimmed(recordings.get().named(name).sound());
    }

    /** Does something on a thread of its own as soon as such a record can be read. */
    private static CompletableFuture<Void> when(Predicate<Object> trigger, Runnable action) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        listener = entry -> {
            if (trigger.test(entry.value())) {
                listener = any -> {};
                CompletableFuture.runAsync(action).whenComplete((nothing, failure) -> {
                    if (failure == null) done.complete(null);
                    else done.completeExceptionally(failure);
                });
            }
        };
        return done;
    }

    private static void restart(List<Part> parts, Runnable whileDead) {
        try {
            for (Part part : parts) stack.process(part).kill();
            whileDead.run();
            for (Part part : parts) stack.process(part).restart();
            for (Part part : parts) stack.process(part).awaitReady(Duration.ofSeconds(60));
        } catch (Exception e) {
            throw new CompletionException(e);
        }
    }

    private static void join(CompletableFuture<Void> done) {
        done.orTimeout(90, TimeUnit.SECONDS).join();
    }

    private static void awaitSnapshot(String callId) {
        Awaitility.await("the answer is in a snapshot of the conversation")
                .atMost(PATIENCE)
                .until(() -> new CallView(timeline.entries(), callId)
                        .records(Conversation.class)
                        .anyMatch(snapshot -> snapshot.getHistory().size() >= 3));
    }

    private static List<Entry> said(String callId) {
        return new CallView(timeline.entries(), callId).entriesOf(Reply.class).toList();
    }

    private static int plays() {
        return (int) stack.asterisk().requests().stream()
                .filter(request ->
                        request.method().equals("POST") && request.path().contains("/play/"))
                .count();
    }

    private static List<String> faults(String callId, Heard heard) {
        Awaitility.await("the end is on the topics")
                .atMost(PATIENCE)
                .until(() -> new CallView(timeline.entries(), callId)
                        .records(CallEvent.class)
                        .anyMatch(event -> event.getType() == CallEventType.ENDED));
        List<String> faults = CallVerdict.of(stack.asterisk(), new CallView(timeline.entries(), callId), heard)
                .faults();
        faults.forEach(fault -> System.out.println("  " + fault));
        return faults;
    }
}
