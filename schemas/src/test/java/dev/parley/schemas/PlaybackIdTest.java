package dev.parley.schemas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.records.ReplyKind;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PlaybackIdTest {
    private static final String ALPHABET = "aZ09.-_~ /%|é\u0416\uD83D\uDE00";

    @Test
    void readsAsPeopleExpect() {
        PlaybackId id = new PlaybackId(ReplyKind.ANSWER, "pbx~1732.5-6", 417, 2, 1, 0, 3);

        assertThat(id).hasToString("answer-pbx_7e1732.5-6-417-2-1-0-3");
    }

    @Test
    void roundTripsAnyCallIdAndAnyNumbersInCharactersThatUrlsAllow() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int i = 0; i < 20_000; i++) {
            int[] points = ALPHABET.codePoints().toArray();
            StringBuilder call = new StringBuilder();
            for (int n = 1 + random.nextInt(12); n > 0; n--) {
                call.appendCodePoint(points[random.nextInt(points.length)]);
            }
            PlaybackId id = new PlaybackId(
                    ReplyKind.values()[random.nextInt(3)],
                    call.toString(),
                    random.nextLong() >>> 1 + random.nextInt(60),
                    random.nextInt(Integer.MAX_VALUE),
                    random.nextInt(10),
                    random.nextInt(3),
                    random.nextInt(100));

            String text = id.toString();

            assertThat(text).as("seed %d", seed).matches("[A-Za-z0-9._-]+");
            assertThat(PlaybackId.parse(text)).as("seed %d, %s", seed, text).contains(id);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "answer",
                "answer-pbx_7e1-1-0-0-0",
                "unknown-pbx_7e1-1-0-0-0-0",
                "ANSWER-pbx_7e1-1-0-0-0-0",
                "answer-pbx~1-1-0-0-0-0",
                "answer-pbx_7E1-1-0-0-0-0",
                "answer-pbx_61-1-0-0-0-0",
                "answer-pbx_7-1-0-0-0-0",
                "answer-pbx_zz-1-0-0-0-0",
                "answer-pbx_ff-1-0-0-0-0",
                "answer-pbx-01-0-0-0-0",
                "answer-pbx-1-0-0-0-4294967296",
                "answer-pbx-9999999999999999999-0-0-0-0",
                "answer--1-0-0-0-0",
                "4f1c2a6e-8d1b-4c5e-9d50-2f0f3c2b1a00"
            })
    void anythingElseIsNoPlaybackOfOurs(String text) {
        assertThat(PlaybackId.parse(text)).isEmpty();
    }

    @Test
    void aPlaybackOfUnknownKindCannotBeMade() {
        assertThatThrownBy(() -> new PlaybackId(ReplyKind.UNKNOWN, "pbx~1", 0, 0, 0, 0, 0))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
