package dev.parley.testkit.asterisk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The contract of {@link TapContract} on the simulated Asterisk, and what only that one can be made to do. */
class TapTest extends TapContract {
    private final SimulatedLab simulated = new SimulatedLab();

    @Override
    Lab newLab() {
        return simulated;
    }

    private SimulatedCall simulated() {
        return (SimulatedCall) call;
    }

    /** Asterisk 22: "A duplicate `channelId` on a websocket externalMedia crashes 22.10.1." */
    @Test
    void aDuplicateChannelIdCrashesAsterisk() {
        lab.leg("leg", "slin");

        assertThatThrownBy(() -> lab.leg("leg", "slin")).isInstanceOf(UncheckedIOException.class);

        assertThat(simulated.asterisk.crashed())
                .hasValueSatisfying(reason -> assertThat(reason).contains("duplicate channelId"));
        await().until(call::isOver);
        assertThat(lab.events.closed).succeedsWithin(Duration.ofSeconds(5));
    }

    @Test
    void noiseOfTheLineIsUnderSpeechAndSilence() {
        AriTestClient.Socket media = lab.tap(call, "", "slin");
        simulated().lineNoise(Steps.staircase(7, 1));
        call.say(Steps.staircase(500, 5));

        await().until(() -> step(media, 511));
        int before = media.binaries.size();
        await().until(() -> media.binaries.size() > before + 3);
        assertThat(Arrays.stream(steps(media)).skip(before + 1)).containsOnly(7);
    }

    /** Asterisk 22: "After addChannel check for 204 and for frames: once a tap gave none." */
    @Test
    void aTapCanBeMadeToGiveNoFrames() {
        simulated.asterisk.faults().silentTaps(1);
        AriTestClient.Socket silent = lab.tap(call, "1", "slin");
        AriTestClient.Socket good = lab.tap(call, "2", "slin");

        await().until(() -> good.binaries.size() > 5);
        assertThat(silent.binaries).isEmpty();
    }

    /** Asterisk's media websocket can stall, and then gives all that it held back. */
    @Test
    void aStallOfTheMediaSocketEndsInABurstWithNothingLost() {
        AriTestClient.Socket media = lab.tap(call, "", "slin");
        await().until(() -> media.binaries.size() > 2);

        simulated().stallMedia(Duration.ofMillis(300));
        call.say(Steps.staircase(500, 20));

        await().until(() -> step(media, 519));
        assertThat(Arrays.stream(steps(media)).filter(step -> step >= 500)).hasSize(20);
    }

    /** Asterisk 22: "A snoop keeps what arrives in a burst after a network stall … It shrinks only when the caller's RTP
     * stops." */
    @Test
    void aBurstMakesTheTapLateUntilThePhoneFallsSilent() {
        // Given a tap that is on time
        AriTestClient.Socket media = lab.tap(call, "", "slin");
        await().until(() -> media.binaries.size() > 2);
        assertThat(simulated().tapDelays().getFirst()).isLessThanOrEqualTo(Duration.ofMillis(20));

        // When the caller speaks while the network stalls for 10 frames
        call.stallNetwork(Duration.ofMillis(200));
        call.say(Steps.staircase(500, 15));

        // Then the tap is late, and nothing is lost
        await().until(() -> step(media, 514));
        assertThat(Arrays.stream(steps(media)).filter(step -> step >= 500))
                .containsExactly(IntStream.range(500, 515).boxed().toArray(Integer[]::new));
        assertThat(simulated().tapDelays().getFirst()).isBetween(Duration.ofMillis(180), Duration.ofMillis(220));

        // And a fresh snoop is on time, and the old one too once the phone has sent nothing for as long
        lab.ari.post(lab.channel(call) + "/snoop/fresh?spy=in&app=parley");
        Lab.pass(call, 3);
        assertThat(simulated().tapDelays().getLast()).isLessThanOrEqualTo(Duration.ofMillis(20));
        call.stopRtp();
        await().until(() -> simulated().tapDelays().getFirst().isZero());
        call.resumeRtp();
        Lab.pass(call, 5);
        assertThat(simulated().tapDelays().getFirst()).isLessThanOrEqualTo(Duration.ofMillis(20));
    }

    /** What the simulator does not have it refuses. */
    @Test
    void externalMediaThatIsNotAnIncomingWebsocketIsRefused() {
        String media = "/channels/externalMedia?app=parley&external_host=INCOMING";
        assertThat(lab.ari.post(media + "&format=slin16").status()).isEqualTo(501);
        assertThat(lab.ari
                        .post(media + "&format=ulaw&transport=websocket&encapsulation=none&connection_type=server")
                        .status())
                .isEqualTo(501);
    }
}
