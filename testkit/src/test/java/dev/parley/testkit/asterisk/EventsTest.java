package dev.parley.testkit.asterisk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The events websocket, the applications, and what tests can let go wrong. */
class EventsTest {
    private Lab lab;

    @BeforeEach
    void start() {
        lab = new Lab();
    }

    @AfterEach
    void close() {
        lab.close();
    }

    /** Asterisk 22: "A second socket for the same app replaces the first, which gets `ApplicationReplaced` and stays open." */
    @Test
    void aSecondSocketReplacesTheFirst() {
        // When a second socket comes for the same application
        AriTestClient.Socket second = lab.ari.events();
        await().until(() -> lab.events.types().contains("ApplicationReplaced"));

        // Then events go to it, and the first stays open
        lab.asterisk.dial("+1", "100", "en");
        await().until(() -> second.types().contains("StasisStart"));
        assertThat(lab.events.types()).containsExactly("ApplicationReplaced");
        assertThat(lab.events.closed).isNotDone();
    }

    /** Asterisk 22: "When it drops, channels and subscriptions survive while a channel remains, playing still works, events
     * are lost, and a new Stasis() entry fails"; "Events are not replayed; new ones flow after reconnect." */
    @Test
    void channelsSurviveACutOfTheEventsSocket() {
        // Given a call whose events socket is cut
        SimulatedCall call = lab.call();
        lab.asterisk.cutEvents();
        await().until(() -> !lab.asterisk.isAppConnected());

        // When a prompt is played, and another caller dials, and the client comes back
        lab.ari.play(call, "p", lab.media(100, 3));
        lab.awaitHeard(call, 102);
        await().until(() -> lab.asterisk.livePlaybacks().isEmpty());
        SimulatedCall other = lab.asterisk.dial("+2", "100", "en");
        AriTestClient.Socket again = lab.ari.events();
        await().until(lab.asterisk::isAppConnected);
        call.press("5");

        // Then the other call has failed, and what happened meanwhile is never told
        assertThat(other.isOver()).isTrue();
        await().until(() -> !again.texts.isEmpty());
        assertThat(again.types()).containsExactly("ChannelDtmfReceived");
        assertThat(lab.ari.get("/channels").array()).hasSize(1);
        assertThat(lab.ari.get("/applications/parley").json().getJsonArray("channel_ids"))
                .containsExactly(call.channelId());
    }

    /** Asterisk 22: "a new Stasis() entry fails (`STASISSTATUS=FAILED`)" where no socket is there. */
    @Test
    void aCallWithoutAnApplicationFails() {
        lab.asterisk.cutEvents();
        await().until(() -> !lab.asterisk.isAppConnected());

        assertThat(lab.asterisk.dial("+1", "100", "en").isOver()).isTrue();
        assertThat(lab.asterisk.liveChannels()).isEmpty();
        assertThat(lab.ari.get("/applications/parley").status()).isEqualTo(404);
    }

    /** Asterisk 22: "ChannelDtmfReceived{digit,duration_ms}", "ChannelHold{musicclass} and ChannelUnhold". */
    @Test
    void whatThePhoneDoesIsAnEvent() {
        SimulatedCall call = lab.call();

        call.press("5");
        call.hold();
        call.unhold();

        await().until(() -> lab.events.types().contains("ChannelUnhold"));
        assertThat(lab.events.types())
                .containsExactly(
                        "StasisStart", "ChannelStateChange", "ChannelDtmfReceived", "ChannelHold", "ChannelUnhold");
        JsonObject digit = lab.events.events("ChannelDtmfReceived").getFirst();
        assertThat(digit.getString("digit")).isEqualTo("5");
        assertThat(digit.getInteger("duration_ms")).isPositive();
        assertThat(digit.getJsonObject("channel").getString("id")).isEqualTo(call.channelId());
        JsonObject start = lab.events.events("StasisStart").getFirst();
        assertThat(start.getJsonObject("channel").getString("language")).isEqualTo("en");
        assertThat(start.getJsonObject("channel").getJsonObject("caller").getString("number"))
                .isEqualTo("+15551234");
        assertThat(start.getJsonObject("channel").getJsonObject("dialplan").getString("exten"))
                .isEqualTo("100");
    }

    /** Asterisk 22: "A reader slower than `websocket_write_timeout` (100 ms) is closed with 1011." */
    @Test
    void aReaderThatIsTooSlowIsClosed() {
        // Given a reader who reads nothing more
        SimulatedCall call = lab.call();
        lab.events.stopReading();

        // When far more is to be told than the network holds
        JsonObject variable = new JsonObject().put("variable", "X").put("value", "x".repeat(60_000));
        await().pollInterval(Duration.ofMillis(1)).until(() -> {
            lab.ari.post(Lab.channel(call) + "/variable", variable);
            return !lab.asterisk.isAppConnected();
        });

        // Then its socket is closed
        lab.events.readOn();
        assertThat(lab.events.closed).succeedsWithin(Duration.ofSeconds(20)).isEqualTo(1011);
    }

    /** The client hangs up: the cause is its, and the events come in Asterisk's order. */
    @Test
    void theClientHangsUpWithACause() {
        SimulatedCall call = lab.call();

        assertThat(lab.ari.delete(Lab.channel(call) + "?reason=busy").status()).isEqualTo(204);

        await().until(call::isOver);
        await().untilAsserted(() -> assertThat(lab.events.types())
                .containsSubsequence("ChannelHangupRequest", "StasisEnd", "ChannelDestroyed"));
        assertThat(lab.events.events("ChannelDestroyed").getFirst().getInteger("cause"))
                .isEqualTo(17);
        assertThat(lab.ari.delete(Lab.channel(call)).status()).isEqualTo(404);
        assertThat(lab.ari.delete("/channels/x?reason=tired").status()).isEqualTo(404);
    }

    /** Asterisk 22: "`continue` waits for the current playback: DELETE first"; "A wrong context: 204, then the caller is
     * hung up." */
    @Test
    void continuingWaitsForThePlaybackAndHangsUpAtAWrongExtension() {
        // Given a dialplan with one extension, and two calls
        lab.asterisk.addExtension("default", "200");
        SimulatedCall right = lab.call();
        SimulatedCall wrong = lab.call();
        lab.ari.play(right, "p", lab.media(100, 20));
        lab.awaitHeard(right, 101);

        // When both continue
        assertThat(lab.ari
                        .post(Lab.channel(right) + "/continue?context=default&extension=200")
                        .status())
                .isEqualTo(204);
        assertThat(lab.ari
                        .post(Lab.channel(wrong) + "/continue?context=nowhere&extension=1")
                        .status())
                .isEqualTo(204);

        // Then one is gone, and the other goes on when its prompt has ended, out of the application's reach
        await().until(wrong::isOver);
        await().until(() -> !right.continuedTo().isEmpty());
        assertThat(Lab.heard(right)).hasSize(20);
        assertThat(right.isOver()).isFalse();
        assertThat(lab.ari.post(Lab.channel(right) + "/answer").status()).isEqualTo(409);
    }

    /** ARI wants a user and a password. */
    @Test
    void aWrongPasswordIsRefused() throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(
                        URI.create(lab.asterisk.uri() + "/ari/asterisk/info?api_key=parley:wrong"))
                .build();
        try (HttpClient http = HttpClient.newHttpClient()) {
            assertThat(http.send(request, HttpResponse.BodyHandlers.discarding())
                            .statusCode())
                    .isEqualTo(401);
        }
        assertThat(lab.refusal("/ari/events?app=parley&api_key=x:y", null)).isEqualTo(401);
        assertThat(lab.refusal("/ari/events?api_key=parley:parley", null)).isEqualTo(400);
        JsonObject info = lab.ari.get("/asterisk/info").json();
        assertThat(info.getJsonObject("system").getString("version")).isEqualTo("22.10.1");
        assertThat(info.getJsonObject("config").getString("name")).isEqualTo("sim");
        assertThat(lab.ari.get("/no/such/thing").status()).isEqualTo(404);
    }

    /** Asterisk 22: "a stop exactly at a list boundary can lose it: keep a watchdog". */
    @Test
    void eventsCanBeLostAndDelayed() {
        // Given that the next PlaybackFinished is lost and all events come 200 ms late
        SimulatedCall call = lab.call();
        lab.asterisk.faults().loseEvents("PlaybackFinished", 1);
        lab.asterisk.faults().delayEvents(Duration.ofMillis(200));

        // When two prompts are played
        lab.ari.play(call, "a", lab.media(100, 2));
        lab.awaitHeard(call, 100);
        assertThat(lab.events.types()).doesNotContain("PlaybackStarted");
        lab.ari.play(call, "b", lab.media(100, 2));

        // Then only the second finishes
        lab.awaitFinished("b");
        assertThat(lab.events.playbackStory())
                .containsExactly("PlaybackStarted a playing", "PlaybackStarted b playing", "PlaybackFinished b done");
    }

    @Test
    void requestsCanFailAndBeSlow() {
        SimulatedCall call = lab.call();
        lab.asterisk.faults().failRequests("POST", "/play", 500, 2);

        assertThat(lab.ari.play(call, "a", "sound:x").status()).isEqualTo(500);
        assertThat(lab.ari.play(call, "b", "sound:x").status()).isEqualTo(500);
        assertThat(lab.ari.play(call, "c", "sound:silence/1").status()).isEqualTo(201);
        assertThat(lab.asterisk.livePlaybacks()).containsExactly("c");
        assertThat(lab.asterisk.requests())
                .extracting(request -> request.line() + " " + request.status())
                .contains("POST " + Lab.channel(call) + "/play/a 500", "POST " + Lab.channel(call) + "/play/c 201");

        lab.asterisk.faults().delayRequests(Duration.ofMillis(150));
        long before = System.nanoTime();
        lab.ari.get("/channels");
        assertThat(Duration.ofNanos(System.nanoTime() - before)).isGreaterThanOrEqualTo(Duration.ofMillis(150));
    }
}
