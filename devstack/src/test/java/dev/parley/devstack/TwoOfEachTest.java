package dev.parley.devstack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.parley.devstack.ProcessStack.Part;
import dev.parley.devstack.audit.CallVerdict;
import dev.parley.devstack.audit.CallView;
import dev.parley.devstack.audit.Timeline;
import dev.parley.records.CallEvent;
import dev.parley.records.CallEventType;
import dev.parley.schemas.Partitions;
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
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.TopicPartition;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two instances of each service that owns calls, and of the recogniser: in the middle of what the caller says, the owner of his call is
 * killed in all groups at once, for good. The others take the call over in seconds, and he is answered once.
 */
class TwoOfEachTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    /** A dead owner's session lasts 3 s; what is more is the group's and, where this test is not alone, the machine's. */
    private static final Duration TAKEN_OVER_WITHIN = Duration.ofSeconds(8);

    private static final String SCRIPT = """
            answers:
              - name: never
                when: ["parley abracadabra"]
                say: Never.
            fallback:
              say: All right.
            """;

    @Test
    void whenTheOwnersOfACallAreKilledTheOthersTakeItOver(@TempDir Path folder) throws Exception {
        String models = System.getenv("PARLEY_MODELS");
        Optional<Recordings> human = Recordings.find("en");
        assumeTrue(models != null && human.isPresent(), "SKIPPED: PARLEY_MODELS or PARLEY_SOUNDS is not set");
        Path script = Files.writeString(folder.resolve("agent.yaml"), SCRIPT);
        Map<String, String> settings = Map.of(
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
                "300");

        try (ProcessStack stack =
                        ProcessStack.start(folder, settings, Set.of(Part.CHUNKER, Part.ASR, Part.AGENT, Part.PLAYER));
                Timeline timeline = new Timeline(stack.clientSettings(), entry -> {});
                Admin admin = Admin.create(stack.clientSettings())) {
            SimulatedCall call = stack.asterisk().dial("+15551234", "100", "en");
            String callId = DevStack.ASTERISK + "~" + call.channelId();
            CompletableFuture<Void> takenOver = new CompletableFuture<>();

            Heard heard = ScriptedCaller.script()
                    .waitForBotToSpeak(PATIENCE)
                    .waitForBotSilence(Duration.ofMillis(700), PATIENCE)
                    .act(
                            "the owners are killed while he speaks",
                            any -> CompletableFuture.runAsync(
                                            () -> killOwners(stack, admin, callId),
                                            CompletableFuture.delayedExecutor(1, TimeUnit.SECONDS))
                                    .whenComplete((nothing, failure) -> {
                                        if (failure == null) takenOver.complete(null);
                                        else takenOver.completeExceptionally(failure);
                                    }))
                    .say(
                            "while they are killed",
                            Sounds.trimmed(human.get().named("demo-nogo").sound()))
                    .waitForBotToSpeak(PATIENCE)
                    .waitForBotSilence(Duration.ofMillis(900), PATIENCE)
                    .say(
                            "afterwards",
                            Sounds.trimmed(human.get().named("auth-incorrect").sound()))
                    .waitForBotToSpeak(PATIENCE)
                    .waitForBotSilence(Duration.ofMillis(1500), PATIENCE)
                    .hangUp()
                    .run(call);

            takenOver.orTimeout(60, TimeUnit.SECONDS).join();
            Awaitility.await("the end is on the topics")
                    .atMost(PATIENCE)
                    .until(() -> new CallView(timeline.entries(), callId)
                            .records(CallEvent.class)
                            .anyMatch(event -> event.getType() == CallEventType.ENDED));
            assertThat(CallVerdict.of(stack.asterisk(), new CallView(timeline.entries(), callId), heard)
                            .faults())
                    .isEmpty();
        }
    }

    private static void killOwners(ProcessStack stack, Admin admin, String callId) {
        Map<String, String> topics = Map.of(
                "vad-chunker",
                Topics.AUDIO_FRAMES.name(),
                "agent-prefetch",
                Topics.TRANSCRIPTS.name(),
                "tts-player",
                Topics.REPLIES.name());
        int partition = Partitions.of(callId, 24);
        List<String> owners = topics.entrySet().stream()
                .map(group -> owner(admin, group.getKey(), new TopicPartition(group.getValue(), partition))
                        .orElseThrow(() -> new IllegalStateException(group.getKey() + " has no owner")))
                .toList();
        try {
            stack.process(Part.ASR).kill();
            for (String owner : owners) stack.named(owner).kill();
        } catch (InterruptedException e) {
            throw new CompletionException(e);
        }
        long killed = System.nanoTime();
        topics.forEach((group, topic) -> {
            TopicPartition owned = new TopicPartition(topic, partition);
            Awaitility.await(group + " has another owner")
                    .atMost(PATIENCE)
                    .pollInterval(Duration.ofMillis(20))
                    .until(() -> owner(admin, group, owned)
                            .filter(owner -> !owners.contains(owner))
                            .isPresent());
            Duration took = Duration.ofNanos(System.nanoTime() - killed);
            System.out.println("  " + group + " taken over after " + took.toMillis() + " ms");
            assertThat(took).as(group).isLessThan(TAKEN_OVER_WITHIN);
        });
    }

    private static Optional<String> owner(Admin admin, String group, TopicPartition partition) {
        try {
            return admin.describeConsumerGroups(List.of(group)).all().get().get(group).members().stream()
                    .filter(member -> member.assignment().topicPartitions().contains(partition))
                    .map(member -> member.clientId())
                    .findFirst();
        } catch (Exception e) {
            throw new CompletionException(e);
        }
    }
}
