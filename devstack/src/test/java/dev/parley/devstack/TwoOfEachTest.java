package dev.parley.devstack;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.devstack.ProcessStack.Part;
import dev.parley.devstack.audit.Timeline;
import dev.parley.schemas.Partitions;
import dev.parley.schemas.Topics;
import dev.parley.testkit.caller.Heard;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionException;
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

    @Test
    void whenTheOwnersOfACallAreKilledTheOthersTakeItOver(@TempDir Path folder) throws Exception {
        try (ProcessStack stack = ProcessStack.start(
                        folder,
                        // What the successor of a player asks Asterisk for is the harder case.
                        PlainBot.settings(folder, Map.of("PLAYBACK", "ari")),
                        Set.of(Part.CHUNKER, Part.ASR, Part.AGENT, Part.PLAYER));
                Timeline timeline = new Timeline(stack.clientSettings(), entry -> {});
                Admin admin = Admin.create(stack.clientSettings())) {
            JudgedCall call = new JudgedCall(stack.asterisk(), timeline, PATIENCE);
            Meanwhile takenOver = new Meanwhile();

            Heard heard = call.hold(JudgedCall.greeted(PATIENCE)
                    .act(
                            "the owners are killed while he speaks",
                            any -> takenOver.beginAfter(
                                    Duration.ofSeconds(1), () -> killOwners(stack, admin, call.id())))
                    .say("while they are killed", Given.human("demo-nogo"))
                    .waitForBotToSpeak(PATIENCE)
                    .waitForBotSilence(Duration.ofMillis(900), PATIENCE)
                    .say("afterwards", Given.human("auth-incorrect"))
                    .waitForBotToSpeak(PATIENCE)
                    .waitForBotSilence(Duration.ofMillis(1500), PATIENCE)
                    .hangUp());

            takenOver.join();
            assertThat(call.faults(heard)).isEmpty();
        }
    }

    private static void killOwners(ProcessStack stack, Admin admin, String callId) throws InterruptedException {
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
        stack.process(Part.ASR).kill();
        for (String owner : owners) stack.named(owner).kill();
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
