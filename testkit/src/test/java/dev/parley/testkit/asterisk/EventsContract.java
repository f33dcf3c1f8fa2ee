package dev.parley.testkit.asterisk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.parley.testkit.line.PhoneCall;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** The events websocket, the applications, and what tests can let go wrong. */
abstract class EventsContract extends AriContract {
    /** Asterisk 22: "A second socket for the same app replaces the first, which gets `ApplicationReplaced` and stays open." */
    @Test
    void aSecondSocketReplacesTheFirst() {
        // When a second socket comes for the same application
        AriTestClient.Socket second = lab.ari.events();
        await().until(() -> lab.events.types().contains("ApplicationReplaced"));

        // Then events go to it, and the first stays open
        lab.dial();
        await().until(() -> second.types().contains("StasisStart"));
        assertThat(lab.events.types()).containsExactly("ApplicationReplaced");
        assertThat(lab.events.closed).isNotDone();
    }

    /** Asterisk 22: "When it drops, channels and subscriptions survive while a channel remains, playing still works, events
     * are lost, and a new Stasis() entry fails"; "Events are not replayed; new ones flow after reconnect." */
    @Test
    void channelsSurviveACutOfTheEventsSocket() throws InterruptedException {
        // Given a call whose events socket is cut
        PhoneCall call = lab.call();
        lab.cutEvents();

        // When a prompt is played, and another caller dials, and the client comes back
        lab.play(call, "p", lab.media(100, 3));
        lab.awaitHeard(call, 102);
        await().until(() -> lab.ari.get("/playbacks/p").status() == 404);
        PhoneCall other = lab.dial();
        assertThat(other.awaitEnd(Duration.ofSeconds(30))).isTrue();
        AriTestClient.Socket again = lab.reconnect();
        call.press("5");

        // Then the other call has failed, and what happened meanwhile is never told
        await().until(() -> !again.texts.isEmpty());
        assertThat(again.types()).containsExactly("ChannelDtmfReceived");
        assertThat(lab.ari.get("/channels").array()).hasSize(1);
        assertThat(lab.ari.get("/applications/parley").json().getJsonArray("channel_ids"))
                .containsExactly(lab.id(call));
    }

    /** Asterisk 22: "a new Stasis() entry fails (`STASISSTATUS=FAILED`)" where no socket is there. */
    @Test
    void aCallWithoutAnApplicationFails() throws InterruptedException {
        lab.cutEvents();

        assertThat(lab.dial().awaitEnd(Duration.ofSeconds(30))).isTrue();
        await().until(() -> lab.channels().isEmpty());
        assertThat(lab.ari.get("/applications/parley").status()).isEqualTo(404);
    }

    /** Asterisk 22: "ChannelDtmfReceived{digit,duration_ms}", "ChannelHold{musicclass} and ChannelUnhold". */
    @Test
    void whatThePhoneDoesIsAnEvent() {
        PhoneCall call = lab.call();

        call.press("5");
        await().until(() -> lab.events.types().contains("ChannelDtmfReceived"));
        // Its end is sent three times, and a re-INVITE in between makes a digit of each.
        Lab.pass(call, 20);
        call.hold();
        call.unhold();

        await().until(() -> lab.events.types().contains("ChannelUnhold"));
        assertThat(lab.events.types())
                .containsExactly(
                        "StasisStart", "ChannelStateChange", "ChannelDtmfReceived", "ChannelHold", "ChannelUnhold");
        JsonObject digit = lab.events.events("ChannelDtmfReceived").getFirst();
        assertThat(digit.getString("digit")).isEqualTo("5");
        assertThat(digit.getInteger("duration_ms")).isPositive();
        assertThat(digit.getJsonObject("channel").getString("id")).isEqualTo(lab.id(call));
        JsonObject start = lab.events.events("StasisStart").getFirst();
        assertThat(start.getJsonObject("channel").getString("language")).isEqualTo("en");
        assertThat(start.getJsonObject("channel").getJsonObject("caller").getString("number"))
                .isNotEmpty();
        assertThat(start.getJsonObject("channel").getJsonObject("dialplan").getString("exten"))
                .isEqualTo("100");
    }

    /** The application hears nothing of a caller after StasisEnd: not of the channel's end, nor of its cause. */
    @Test
    void theClientHangsUp() {
        PhoneCall call = lab.call();

        assertThat(lab.ari.delete(lab.channel(call) + "?reason=busy").status()).isEqualTo(204);

        await().until(call::isOver);
        await().untilAsserted(
                        () -> assertThat(lab.events.types()).containsSubsequence("ChannelHangupRequest", "StasisEnd"));
        assertThat(lab.events.events("ChannelHangupRequest").getFirst().getInteger("cause"))
                .isEqualTo(32);
        assertThat(lab.events.types()).doesNotContain("ChannelDestroyed");
        assertThat(lab.ari.delete(lab.channel(call)).status()).isEqualTo(404);
        assertThat(lab.ari.delete("/channels/x?reason=tired").status()).isEqualTo(404);
    }

    /** What the application had made it follows to the channel's end, and hears of its cause. */
    @Test
    void aChannelThatWasOriginatedIsFollowedToItsEnd() {
        // Given a channel to an extension that answers
        String originate = "/channels?app=parley&endpoint=" + lab.answeringEndpoint();
        assertThat(lab.ari.post(originate + "&channelId=out").status()).isEqualTo(200);
        await().until(() -> told("StasisStart", "out"));
        assertThat(lab.ari.post(originate + "&channelId=out").status()).isEqualTo(409);

        // When it is hung up
        assertThat(lab.ari.delete("/channels/out").status()).isEqualTo(204);

        // Then its end is told in full
        await().until(() -> told("ChannelDestroyed", "out"));
        assertThat(lab.events.types())
                .containsSubsequence("Dial", "StasisStart", "ChannelHangupRequest", "StasisEnd", "ChannelDestroyed");
        assertThat(lab.channels()).doesNotContain("out");
    }

    /** Nothing can be called at an endpoint that is not there, or not registered. */
    @Test
    void anEndpointThatIsNotThereIsRefused() {
        AriTestClient.Reply reply = lab.ari.post("/channels?app=parley&endpoint=PJSIP/nobody");
        assertThat(reply.status()).isEqualTo(500);
        assertThat(reply.body()).contains("Allocation failed");
        assertThat(lab.ari.post("/channels?app=parley").status()).isEqualTo(400);
        assertThat(lab.ari.post("/channels?endpoint=PJSIP/nobody").status()).isEqualTo(400);
    }

    private boolean told(String type, String channelId) {
        return lab.events.events(type).stream()
                .anyMatch(
                        event -> event.getJsonObject("channel").getString("id").equals(channelId));
    }

    /** Asterisk 22: "`continue` waits for the current playback: DELETE first"; "A wrong context: 204, then the caller is
     * hung up." */
    @Test
    void continuingWaitsForThePlaybackAndHangsUpAtAWrongExtension() {
        // Given two calls
        PhoneCall right = lab.call();
        PhoneCall wrong = lab.call();
        lab.play(right, "p", lab.media(100, 20));
        lab.awaitHeard(right, 101);

        // When both continue
        assertThat(lab.sendElsewhere(right).status()).isEqualTo(204);
        assertThat(lab.ari
                        .post(lab.channel(wrong) + "/continue?context=nowhere&extension=1")
                        .status())
                .isEqualTo(204);

        // Then one is gone, and the other goes on when its prompt has ended, out of the application's reach
        await().until(wrong::isOver);
        await().until(() -> lab.ari.post(lab.channel(right) + "/answer").status() == 409);
        assertThat(Lab.heard(right)).contains(100, 119);
        assertThat(right.isOver()).isFalse();
    }

    /** ARI wants a user and a password. */
    @Test
    void aWrongPasswordIsRefused() {
        String right = lab.credentials();
        assertThat(lab.refusal("/ari/events?app=parley&api_key=x:y", null)).isEqualTo(401);
        assertThat(lab.refusal("/ari/events?api_key=" + right, null)).isEqualTo(400);
        assertThat(lab.ari.get("/asterisk/info?api_key=parley:wrong").status()).isEqualTo(401);
        JsonObject info = lab.ari.get("/asterisk/info").json();
        assertThat(info.getJsonObject("system").getString("version")).startsWith("22.");
        assertThat(lab.ari.get("/no/such/thing").status()).isEqualTo(404);
    }
}
