package dev.parley.devstack;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.devstack.ProcessStack.Part;
import dev.parley.devstack.audit.Entry;
import dev.parley.devstack.audit.Timeline;
import dev.parley.records.ChunkStage;
import dev.parley.records.Conversation;
import dev.parley.records.Reply;
import dev.parley.records.UtteranceChunk;
import dev.parley.schemas.Topics;
import dev.parley.testkit.caller.Heard;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
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

    @TempDir
    private static Path folder;

    private static ProcessStack stack;
    private static Timeline timeline;
    private static LeftBehind left;
    private static volatile Consumer<Entry> listener = entry -> {};

    @BeforeAll
    static void start() throws Exception {
        stack = ProcessStack.start(
                folder, PlainBot.settings(folder, Map.of("CHUNK_STREAMING_SECONDS", "2", "PLAYBACK", "ari")));
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
        JudgedCall call = new JudgedCall(stack.asterisk(), timeline, PATIENCE);
        String callId = call.id();
        Meanwhile back =
                when(chunk -> chunk instanceof UtteranceChunk cut && cut.getStage() == ChunkStage.PARTIAL, () -> {
                    // The offset is committed every second: what is lost then is what only the checkpoint knows.
                    left.awaitCommitted("vad-chunker", Topics.AUDIO_FRAMES, callId, PATIENCE);
                    restart(List.of(Part.CHUNKER), () -> left.forget(Topics.LISTENING_STATE, callId));
                });

        Heard heard = call.hold(JudgedCall.greeted(PATIENCE)
                .say("long", Given.human("demo-nogo"))
                .act("the chunker is back", any -> back.join())
                .pause(Duration.ofSeconds(3))
                .hangUp());

        assertThat(faults(call, heard)).anyMatch(fault -> fault.startsWith("never ended"));
    }

    @Test
    void whatComesASecondTimeIsAnsweredAgainOnlyWithoutWhatWasLeftBehind() throws Exception {
        JudgedCall call = new JudgedCall(stack.asterisk(), timeline, PATIENCE);
        String callId = call.id();
        List<Part> both = List.of(Part.AGENT, Part.PLAYER);

        Heard heard = call.hold(JudgedCall.greeted(PATIENCE)
                .say("short", Given.human("auth-incorrect"))
                .waitForBotToSpeak(PATIENCE)
                .waitForBotSilence(Duration.ofMillis(700), PATIENCE)
                .act("everything comes a second time", any -> {
                    awaitSnapshot(call);
                    List<Entry> before = said(call);
                    int plays = plays();
                    restart(both, () -> left.rewind(callId));
                    left.awaitReadAgain(callId, PATIENCE);
                    assertThat(said(call)).as("said again").hasSameSizeAs(before);
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
                .hangUp());

        assertThat(faults(call, heard))
                .anyMatch(fault -> fault.startsWith("logged twice: ANSWER"))
                .anyMatch(fault -> fault.startsWith("played twice"));
    }

    // ---------------------------------------------------------------- what is done

    /** Does something on a thread of its own as soon as such a record can be read. */
    private static Meanwhile when(Predicate<Object> trigger, Meanwhile.Action action) {
        Meanwhile done = new Meanwhile();
        listener = entry -> {
            if (trigger.test(entry.value())) {
                listener = any -> {};
                done.begin(action);
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

    private static void awaitSnapshot(JudgedCall call) {
        Awaitility.await("the answer is in a snapshot of the conversation")
                .atMost(PATIENCE)
                .until(() -> call.view()
                        .records(Conversation.class)
                        .anyMatch(snapshot -> snapshot.getHistory().size() >= 3));
    }

    private static List<Entry> said(JudgedCall call) {
        return call.view().entriesOf(Reply.class).toList();
    }

    private static int plays() {
        return (int) stack.asterisk().requests().stream()
                .filter(request ->
                        request.method().equals("POST") && request.path().contains("/play/"))
                .count();
    }

    private static List<String> faults(JudgedCall call, Heard heard) {
        List<String> faults = call.faults(heard);
        faults.forEach(fault -> System.out.println("  " + fault));
        return faults;
    }
}
