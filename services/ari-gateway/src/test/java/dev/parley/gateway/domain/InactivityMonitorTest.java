package dev.parley.gateway.domain;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.domain.InactivityMonitor.Finding;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class InactivityMonitorTest {
    private static final long SECOND = 1_000_000;
    private static final InactivityRules RULES = new InactivityRules(
            Duration.ofSeconds(180), Duration.ofSeconds(60), Duration.ofSeconds(5), Duration.ofSeconds(60));

    private final InactivityMonitor monitor = new InactivityMonitor(RULES, 0);

    @Test
    void theFirstLookPastTheTimeoutLessOneIntervalWarnsAndALookPastTheTimeoutEnds() {
        assertThat(monitor.look(60 * SECOND)).isEqualTo(Finding.NOTHING);
        assertThat(monitor.look(120 * SECOND)).isEqualTo(Finding.ALMOST_IDLE);
        assertThat(monitor.look(179 * SECOND)).isEqualTo(Finding.NOTHING);
        assertThat(monitor.look(180 * SECOND)).isEqualTo(Finding.IDLE);
    }

    @Test
    void whatTheCallerDoesBeginsItAnew() {
        monitor.look(120 * SECOND);
        monitor.active(121 * SECOND);
        assertThat(monitor.look(240 * SECOND)).isEqualTo(Finding.NOTHING);
        assertThat(monitor.look(241 * SECOND)).isEqualTo(Finding.ALMOST_IDLE);
        assertThat(monitor.look(301 * SECOND)).isEqualTo(Finding.IDLE);
    }

    @Test
    void aCallerWhoGoesOnSpeakingIsNotIdleHoweverLongAgoHeBegan() {
        InactivityMonitor hasty = new InactivityMonitor(
                new InactivityRules(
                        Duration.ofSeconds(10), Duration.ofSeconds(2), Duration.ofSeconds(5), Duration.ofSeconds(60)),
                0);
        hasty.spoke(5 * SECOND);
        assertThat(hasty.isIdle(60 * SECOND)).isFalse();
        hasty.fellSilent(58 * SECOND);
        assertThat(hasty.isIdle(67 * SECOND)).isFalse();
        assertThat(hasty.isIdle(68 * SECOND)).isTrue();
    }

    @Test
    void speechThatNobodySaysTheEndOfCountsNoLongerThanAnUtteranceCanBe() {
        monitor.spoke(10 * SECOND);
        assertThat(monitor.isIdle(70 * SECOND + 179 * SECOND)).isFalse();
        assertThat(monitor.isIdle(70 * SECOND + 180 * SECOND)).isTrue();
    }

    @Test
    void aCallerWhoIsNotListenedToIsNotTakenForIdleBeforeAnotherTimeout() {
        monitor.listened(100 * SECOND);
        assertThat(monitor.isIdle(180 * SECOND)).isFalse();
        assertThat(monitor.isIdle(359 * SECOND)).isFalse();
        assertThat(monitor.isIdle(360 * SECOND)).isTrue();
        assertThat(monitor.goodbyeMicros(360 * SECOND)).isEqualTo(5 * SECOND);
        monitor.listened(190 * SECOND);
        assertThat(monitor.isIdle(190 * SECOND)).isTrue();
    }

    @Test
    void aCallerWhoWaitsForTheBotIsNotIdleForOneMoreTimeoutAndNoLonger() {
        monitor.fellSilent(10 * SECOND);
        monitor.waiting(190 * SECOND);
        assertThat(monitor.isIdle(200 * SECOND)).isFalse();
        monitor.waiting(360 * SECOND);
        assertThat(monitor.isIdle(370 * SECOND)).isTrue();
        monitor.waiting(0);
        assertThat(monitor.isIdle(190 * SECOND)).isTrue();
    }

    @Test
    void anAnswerCountsUntilItsEnd() {
        monitor.answerBegan(10 * SECOND);
        assertThat(monitor.isIdle(500 * SECOND)).isFalse();
        monitor.answerEnded(500 * SECOND);
        assertThat(monitor.isIdle(679 * SECOND)).isFalse();
        assertThat(monitor.isIdle(680 * SECOND)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void anIdleCallEndsNeverBeforeTheTimeoutAndNeverLaterThanItPlusOneInterval(long seed) {
        // Given
        Random random = new Random(seed);
        for (int run = 0; run < 500; run++) {
            long timeout = (1 + random.nextInt(200)) * SECOND / 2;
            long interval = (1 + random.nextInt(100)) * SECOND / 4;
            InactivityMonitor watched = new InactivityMonitor(
                    new InactivityRules(
                            Duration.ofNanos(timeout * 1_000),
                            Duration.ofNanos(interval * 1_000),
                            Duration.ofSeconds(5),
                            Duration.ofSeconds(60)),
                    0);
            long lastActive = 0;

            // When the caller does something now and then, and looks are taken when they are due, on ticks of 20 ms
            long now = 0;
            int activities = random.nextInt(20);
            while (true) {
                now += 20_000;
                if (activities > 0 && random.nextInt(200) == 0) {
                    activities--;
                    lastActive = now;
                    watched.active(now);
                }
                if (now >= watched.nextLook() && watched.look(now) == Finding.IDLE) {
                    break;
                }
            }

            // Then
            String where = "seed %d, run %d, timeout %d, interval %d".formatted(seed, run, timeout, interval);
            assertThat(now - lastActive).as(where).isGreaterThanOrEqualTo(timeout);
            assertThat(now + watched.goodbyeMicros(now) - lastActive).as(where).isLessThanOrEqualTo(timeout + interval);
            assertThat(watched.goodbyeMicros(now)).as(where).isGreaterThan(Math.min(5 * SECOND, interval / 2) / 2);
        }
    }
}
