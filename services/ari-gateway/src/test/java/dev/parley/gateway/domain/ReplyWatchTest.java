package dev.parley.gateway.domain;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

class ReplyWatchTest {
    private static final long SECOND = 1_000_000;
    private static final long START = 1_000 * SECOND;

    @Test
    void aCallBeginsWithSomethingToWaitForWhereTheBotGreets() {
        assertThat(new ReplyWatch(START, true).waitingMicros(START + 4 * SECOND))
                .isEqualTo(4 * SECOND);
        assertThat(new ReplyWatch(START, false).waitingMicros(START + 4 * SECOND))
                .isZero();
    }

    @Test
    void whoHasSpokenWaitsUntilTheBotIsHeardOrTheAgentHasNothingToSay() {
        ReplyWatch watch = new ReplyWatch(START, false);
        watch.spoke(START + SECOND);
        assertThat(watch.waitingMicros(START + 3 * SECOND)).isEqualTo(2 * SECOND);
        watch.notWaiting(START + 4 * SECOND);
        assertThat(watch.waitingMicros(START + 9 * SECOND)).isZero();
        watch.spoke(START + 10 * SECOND);
        assertThat(watch.waitingMicros(START + 11 * SECOND)).isEqualTo(SECOND);
        watch.rests(START + 12 * SECOND);
        assertThat(watch.waitingMicros(START + 20 * SECOND)).isZero();
    }

    @Test
    void whoGoesOnSpeakingDoesNotWait() {
        ReplyWatch watch = new ReplyWatch(START, false);
        for (int second = 1; second < 60; second++) {
            watch.spoke(START + second * SECOND);
            assertThat(watch.waitingMicros(START + second * SECOND)).isZero();
        }
    }

    @Test
    void loudnessCountsOnlyWhileNobodyListensWhoKnowsBetter() {
        ReplyWatch watch = new ReplyWatch(START, false);
        watch.listens(START);
        long now = START;
        for (int frame = 0; frame < 50; frame++) {
            now += 20_000;
            watch.frame(noise(frame, 3_000), now);
        }
        assertThat(watch.waitingMicros(now + 2 * SECOND)).isZero();
        assertThat(watch.waitingMicros(now + 6 * SECOND)).isEqualTo(6 * SECOND);
    }

    @Test
    void steadyNoiseAndAKnockAreNoVoice() {
        LoudVoice voice = new LoudVoice();
        for (int frame = 0; frame < 3_000; frame++) {
            boolean knock = frame % 100 < 5;
            boolean heard = voice.hears(noise(frame, knock ? 8_000 : 300));
            assertThat(heard).as("frame %d", frame).isFalse();
        }
        int heard = 0;
        for (int frame = 0; frame < 50; frame++) {
            heard += voice.hears(noise(frame, 4_000)) ? 1 : 0;
        }
        assertThat(heard).isGreaterThan(30);
    }

    private static byte[] noise(int seed, double loudness) {
        Random random = new Random(seed);
        byte[] pcm = new byte[320];
        for (int i = 0; i < pcm.length; i += 2) {
            short sample = (short) (random.nextGaussian() * loudness);
            pcm[i] = (byte) sample;
            pcm[i + 1] = (byte) (sample >> 8);
        }
        return pcm;
    }
}
