package dev.parley.player;

import static dev.parley.player.PlayerRig.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.records.PlaybackEventType;
import dev.parley.records.ReplyHeard;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One player on a real broker and a simulated Asterisk. */
class PlayerTest {
    private static PlayerRig rig;

    @BeforeAll
    static void start(@TempDir Path folder) throws Exception {
        rig = new PlayerRig(folder, "player-test");
        rig.startPlayer(new FixedCostVoice(Duration.ofMillis(20)));
    }

    @AfterAll
    static void end() {
        rig.close();
    }

    @Test
    void chunksOfACommittedAnswerAreHeardInOrderAndToTheirEnd() {
        var call = rig.call();
        Replies answer = call.answer(100);

        call.say(
                answer.speculative(0, "one 300 ms"),
                answer.speculative(1, "two 400 ms"),
                answer.commit(),
                answer.end(2));

        await("both heard").until(() -> call.heard().size() == 2);
        assertThat(call.plays()).containsExactly(answer.playback(0), answer.playback(1));
        assertThat(call.heard()).allMatch(ReplyHeard::getComplete);
        assertThat(call.heard()).extracting(ReplyHeard::getText).containsExactly("one 300 ms", "two 400 ms");
        assertThat(call.events(PlaybackEventType.QUEUED)).hasSize(2);
    }
}
