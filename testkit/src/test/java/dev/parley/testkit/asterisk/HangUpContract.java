package dev.parley.testkit.asterisk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.parley.testkit.line.PhoneCall;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A caller may hang up at any moment: what is told then, and what stays behind. */
abstract class HangUpContract extends AriContract {
    enum Moment {
        RINGING,
        IDLE,
        PLAYING,
        PAUSED,
        TWO_QUEUED,
        ON_HOLD,
        TAPPED,
        BRIDGED_WITH_A_LEG
    }

    @ParameterizedTest
    @EnumSource
    void theApplicationIsToldAndThePlaybacksAreGone(Moment moment) {
        // Given a call at that moment
        PhoneCall call = moment == Moment.RINGING ? lab.ring() : lab.call();
        switch (moment) {
            case RINGING, IDLE -> {}
            case PLAYING -> play(call);
            case PAUSED -> {
                play(call);
                assertThat(lab.ari.post("/playbacks/p/control?operation=pause").status())
                        .isEqualTo(204);
            }
            case TWO_QUEUED -> {
                play(call);
                lab.play(call, "q", lab.media(300, 100));
            }
            case ON_HOLD -> {
                play(call);
                call.hold();
            }
            case TAPPED -> lab.tap(call, "", "slin");
            case BRIDGED_WITH_A_LEG -> lab.leg(call, "leg", "");
        }

        // When the caller hangs up
        call.hangUp();

        // Then the application hears of it once, the channel is gone with all that was to be played
        await().until(() -> ended(call) > 0);
        await().until(() -> lab.ari.get(lab.channel(call)).status() == 404);
        assertThat(ended(call)).isEqualTo(1);
        assertThat(lab.events.types()).containsSubsequence("ChannelHangupRequest", "StasisEnd");
        assertThat(lab.ari.get("/playbacks/p").status()).isEqualTo(404);
        assertThat(lab.ari.get("/playbacks/q").status()).isEqualTo(404);
        assertThat(lab.play(call, "r", "sound:beep").status()).isEqualTo(404);
        assertThat(lab.ari.delete(lab.channel(call)).status()).isEqualTo(404);
        if (moment == Moment.PLAYING || moment == Moment.PAUSED || moment == Moment.TWO_QUEUED) {
            assertThat(lab.events.types()).containsSubsequence("PlaybackFinished", "StasisEnd");
        }

        // And Asterisk keeps the legs and bridges that ARI has made, but no snoop
        boolean bridged = moment == Moment.TAPPED || moment == Moment.BRIDGED_WITH_A_LEG;
        await().until(() -> !lab.channels().contains("snoop"));
        assertThat(lab.channels()).hasSize(bridged ? 1 : 0);
        assertThat(lab.bridges()).hasSize(bridged ? 1 : 0);
    }

    private void play(PhoneCall call) {
        lab.play(call, "p", lab.media(100, 200));
        lab.awaitHeard(call, 103);
    }

    private long ended(PhoneCall call) {
        return lab.events.events("StasisEnd").stream()
                .filter(event -> event.getJsonObject("channel").getString("id").equals(lab.id(call)))
                .count();
    }
}
