package dev.parley.testkit.asterisk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.json.JsonObject;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** The contract of {@link EventsContract} on the simulated Asterisk, and what only that one can be made to do. */
class EventsTest extends EventsContract {
    private final SimulatedLab simulated = new SimulatedLab();

    @Override
    Lab newLab() {
        return simulated;
    }

    /** Asterisk 22: "A reader slower than `websocket_write_timeout` (100 ms) is closed with 1011." */
    @Test
    void aReaderThatIsTooSlowIsClosed() {
        // Given a reader who reads nothing more
        SimulatedCall call = simulated.call();
        lab.events.stopReading();

        // When far more is to be told than the network holds
        JsonObject variable = new JsonObject().put("variable", "X").put("value", "x".repeat(60_000));
        await().pollInterval(Duration.ofMillis(1)).until(() -> {
            lab.ari.post(lab.channel(call) + "/variable", variable);
            return !simulated.asterisk.isAppConnected();
        });

        // Then its socket is closed
        lab.events.readOn();
        assertThat(lab.events.closed).succeedsWithin(Duration.ofSeconds(20)).isEqualTo(1011);
    }

    /** Asterisk 22: "a stop exactly at a list boundary can lose it: keep a watchdog". */
    @Test
    void eventsCanBeLostAndDelayed() {
        // Given that the next PlaybackFinished is lost and all events come 200 ms late
        SimulatedCall call = simulated.call();
        simulated.asterisk.faults().loseEvents("PlaybackFinished", 1);
        simulated.asterisk.faults().delayEvents(Duration.ofMillis(200));

        // When two prompts are played
        lab.play(call, "a", lab.media(100, 2));
        lab.awaitHeard(call, 100);
        assertThat(lab.events.types()).doesNotContain("PlaybackStarted");
        lab.play(call, "b", lab.media(100, 2));

        // Then only the second finishes
        lab.awaitFinished("b");
        assertThat(lab.events.playbackStory())
                .containsExactly("PlaybackStarted a playing", "PlaybackStarted b playing", "PlaybackFinished b done");
    }

    @Test
    void requestsCanFailAndBeSlow() {
        SimulatedCall call = simulated.call();
        simulated.asterisk.faults().failRequests("POST", "/play", 500, 2);

        assertThat(lab.play(call, "a", "sound:x").status()).isEqualTo(500);
        assertThat(lab.play(call, "b", "sound:x").status()).isEqualTo(500);
        assertThat(lab.play(call, "c", "sound:silence/1").status()).isEqualTo(201);
        assertThat(simulated.asterisk.livePlaybacks()).containsExactly("c");
        assertThat(simulated.asterisk.requests())
                .extracting(request -> request.line() + " " + request.status())
                .contains("POST " + lab.channel(call) + "/play/a 500", "POST " + lab.channel(call) + "/play/c 201");

        simulated.asterisk.faults().delayRequests(Duration.ofMillis(150));
        long before = System.nanoTime();
        lab.ari.get("/channels");
        assertThat(Duration.ofNanos(System.nanoTime() - before)).isGreaterThanOrEqualTo(Duration.ofMillis(150));
    }
}
