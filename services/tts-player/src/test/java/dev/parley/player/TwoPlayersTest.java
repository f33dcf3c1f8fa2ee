package dev.parley.player;

import static dev.parley.player.PlayerRig.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.player.PlayerRig.Caller;
import dev.parley.player.PlayerRig.Player;
import dev.parley.records.ReplyHeard;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two players: each call has one owner, and a new owner goes on where the last one was. */
class TwoPlayersTest {

    @Test
    void aNewOwnerGoesOnWithWhatPlaysAndRepeatsNothing(@TempDir Path folder) throws Exception {
        try (PlayerRig rig = new PlayerRig(folder, "two-players")) {
            Player first = rig.startPlayer(new FixedCostVoice(Duration.ofMillis(20)));
            Caller call = rig.call();
            Replies answer = call.answer(100);
            call.say(answer.speculative(0, "one 300 ms"), answer.commit(), answer.speculative(1, "two 2500 ms"));
            call.say(answer.speculative(2, "three 300 ms"), answer.end(3));
            await("the second chunk").until(() -> call.plays().size() == 2 && call.botSounds());

            rig.stop(first);
            rig.startPlayer(new FixedCostVoice(Duration.ofMillis(20)));

            await("the last chunk")
                    .until(() -> call.heard().stream().anyMatch(heard -> heard.getN() == 2 && heard.getComplete()));
            assertThat(call.plays()).containsExactly(answer.playback(0), answer.playback(1), answer.playback(2));
            assertThat(call.heard()).allMatch(ReplyHeard::getComplete);

            // Both own some calls now, or one owns all: whoever it is, a barge-in reaches the playback and each call is
            // played once.
            rig.startPlayer(new FixedCostVoice(Duration.ofMillis(20)));
            Caller other = rig.call();
            Replies next = other.answer(100);
            other.say(next.chunk(0, "four 4000 ms"), next.end(1));
            await("the other call's bot").until(other::botSounds);
            other.bargeIn(Replies.voidBefore(other.id, 200, next.playback(0)));
            other.awaitSilence();
            assertThat(other.plays()).containsExactly(next.playback(0));
        }
    }
}
