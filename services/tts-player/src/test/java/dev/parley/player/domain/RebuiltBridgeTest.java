package dev.parley.player.domain;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.player.Replies;
import dev.parley.records.BargeIn;
import dev.parley.records.PlaybackEventType;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A call whose bridge is rebuilt at each interruption (BARGE_IN_MODE=hard), on the model of a call. */
class RebuiltBridgeTest {
    /** 2020 ms. */
    private static final String LONG = "ten chars ".repeat(10);

    private final ModelCall call = new ModelCall(new Random(1), 0, 0);
    private final Replies answer = call.answer(10);
    private final String playback = answer.playback(0);

    @BeforeEach
    void answerIsGiven() {
        call.run(10);
    }

    private static BargeIn interruption() {
        return Replies.voidBefore(ModelCall.CALL, 50, null);
    }

    @Test
    void aBridgeThatIsNotThereYetIsWaitedFor() {
        call.bridgeFrom = call.now + 3_000 * ModelCall.MS;
        call.say(answer.chunk(0, LONG));

        call.run(3_200);
        assertThat(call.isSounding(playback)).isTrue();

        call.run(3_000);
        assertThat(call.heardMs(playback)).isEqualTo(2020);
        assertThat(call.reports(playback)).hasSize(1);
    }

    @Test
    void aBridgeThatNeverComesIsNotWaitedForForEver() {
        call.bridgeFrom = Long.MAX_VALUE;
        call.say(answer.chunk(0, LONG));

        call.run(5_000);
        assertThat(call.reports(playback)).isEmpty();

        call.run(5_000);
        assertThat(call.reports(playback))
                .singleElement()
                .satisfies(heard -> assertThat(heard.getHeardMs()).isZero());
    }

    @Test
    void whatIsInterruptedWhileItWaitsIsNeverHeard() {
        call.bridgeFrom = call.now + 1_000 * ModelCall.MS;
        call.say(answer.chunk(0, LONG));
        call.run(500);

        call.bargeIn(interruption());

        call.run(3_000);
        assertThat(call.starts).isEmpty();
        assertThat(call.reports(playback)).hasSize(1);
    }

    /** The gateway and the player read of it at about the same time. */
    @ParameterizedTest
    @ValueSource(ints = {-20, -5, 0, 5, 20})
    void theRebuildTellsAsMuchAsTheStopWhoeverIsFirst(int rebuiltAfter) {
        call.say(answer.chunk(0, LONG));
        call.run(500);

        if (rebuiltAfter <= 0) {
            call.leaveBridge();
            call.run(-rebuiltAfter);
            call.bargeIn(interruption());
        } else {
            call.bargeIn(interruption());
            call.run(rebuiltAfter);
            call.channel.stream().findFirst().ifPresent(_ -> call.leaveBridge());
        }

        call.run(1_000);
        assertThat(call.starts.get(playback)).isEqualTo(1);
        assertThat(call.reports(playback)).singleElement().satisfies(heard -> {
            assertThat(heard.getHeardMs()).isBetween(300, 560);
            assertThat(heard.getComplete()).isFalse();
        });
    }

    @Test
    void theStopIsToldThoughTheRebuildWasFaster() {
        call.say(answer.chunk(0, LONG));
        call.run(500);

        call.bargeIn(interruption());
        call.leaveBridge();

        call.run(1_000);
        assertThat(call.events)
                .filteredOn(event -> event.getType() == PlaybackEventType.STOPPED)
                .singleElement()
                .satisfies(stopped -> assertThat(stopped.getHttpStatus()).isEqualTo(404));
    }

    @Test
    void whatWasWantedIsPlayedAgainInTheNewBridge() {
        call.say(answer.chunk(0, LONG));
        call.run(500);

        call.leaveBridge();

        call.run(4_000);
        assertThat(call.starts.get(playback)).isEqualTo(2);
        assertThat(call.reports(playback)).singleElement().satisfies(heard -> {
            assertThat(heard.getHeardMs()).isEqualTo(2020);
            assertThat(heard.getComplete()).isTrue();
        });
    }
}
