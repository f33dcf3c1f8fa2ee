package dev.parley.gateway.domain;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.domain.TapLag.Finding;
import org.junit.jupiter.api.Test;

class TapLagTest {
    private final TapLag lag = new TapLag().ofFreshTap();
    private long now = 1_000_000;

    @Test
    void aLineThatSoundsAllTheTimeIsOnTime() {
        frames(200, 20);

        assertThat(lag.finding()).isEqualTo(Finding.ON_TIME);
    }

    @Test
    void howFarACallsFirstTapLagsIsNotKnown() {
        assertThat(new TapLag().finding()).isEqualTo(Finding.UNSURE);
    }

    @Test
    void silenceThatWasFilledInMakesItLate() {
        frames(50, 20);
        frames(4, 0);
        assertThat(lag.finding()).isEqualTo(Finding.UNSURE);

        frames(1, 20);

        assertThat(lag.finding()).isEqualTo(Finding.LATE);
    }

    @Test
    void oneFrameIsToleratedTwoAreNot() {
        frames(50, 20);
        frames(1, 0);
        frames(50, 20);
        assertThat(lag.finding()).isEqualTo(Finding.ON_TIME);

        frames(1, 0);
        frames(50, 20);

        assertThat(lag.finding()).isEqualTo(Finding.LATE);
    }

    @Test
    void framesThatAreLeftOutForGoodMakeItLate() {
        frames(50, 20);
        now += 60_000;
        frames(5, 20);
        assertThat(lag.finding()).isEqualTo(Finding.ON_TIME);

        frames(20, 20);

        assertThat(lag.finding()).isEqualTo(Finding.LATE);
    }

    @Test
    void framesThatComeAfterAllDoNot() {
        frames(50, 20);
        now += 200_000;
        for (int i = 0; i < 10; i++) {
            lag.heard(frame(20), now);
        }
        frames(50, 20);

        assertThat(lag.finding()).isEqualTo(Finding.ON_TIME);
    }

    @Test
    void aPhoneThatSendsNothingForLongerThanAsteriskKeepsIsNoSign() {
        frames(50, 20);
        frames(TapLag.MOST_FRAMES + 1, 0);
        frames(50, 20);

        assertThat(lag.finding()).isEqualTo(Finding.UNSURE);
    }

    @Test
    void theFirstFramesMayBeSilence() {
        frames(10, 0);
        frames(50, 20);

        assertThat(lag.finding()).isEqualTo(Finding.ON_TIME);
    }

    @Test
    void whatStandsOutFromTheLinesNoiseIsNotQuiet() {
        frames(100, 20);
        assertThat(lag.quietFrames()).isEqualTo(100);

        frames(1, 300);

        assertThat(lag.quietFrames()).isZero();
        frames(3, 20);
        frames(3, 0);
        assertThat(lag.quietFrames()).isEqualTo(6);
    }

    /** Loudness that stays is noise after a while, and the next tap knows of it. */
    @Test
    void aNoisyLineIsQuietInItsWay() {
        frames(1_500, 300);

        assertThat(lag.quietFrames()).isPositive();
        TapLag fresh = lag.ofFreshTap();
        fresh.heard(frame(300), now);
        assertThat(fresh.quietFrames()).isEqualTo(1);
    }

    private void frames(int count, int amplitude) {
        for (int i = 0; i < count; i++) {
            lag.heard(frame(amplitude), now);
            now += 20_000;
        }
    }

    private static byte[] frame(int amplitude) {
        byte[] pcm = new byte[320];
        for (int i = 0; i < 160; i++) {
            int sample = i % 2 == 0 ? amplitude : -amplitude;
            pcm[2 * i] = (byte) sample;
            pcm[2 * i + 1] = (byte) (sample >> 8);
        }
        return pcm;
    }
}
