package dev.parley.audio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class PcmTest {
    @Test
    void bytesAreLittleEndianAndComeBackAsTheyWere() {
        short[] samples = {0, 1, -1, Short.MAX_VALUE, Short.MIN_VALUE, 0x1234};

        byte[] bytes = Pcm.toBytes(samples);

        assertThat(bytes[10]).isEqualTo((byte) 0x34);
        assertThat(bytes[11]).isEqualTo((byte) 0x12);
        assertThat(Pcm.fromBytes(bytes)).containsExactly(samples);
    }

    @Test
    void halfASampleIsRefused() {
        assertThatThrownBy(() -> Pcm.fromBytes(new byte[3])).hasMessageContaining("3 bytes");
    }

    @Test
    void theLevelOfSilenceIsTheFloorAndOfFullScaleNought() {
        short[] square = new short[160];
        Arrays.fill(square, Short.MIN_VALUE);

        assertThat(Pcm.levelDb(new short[160])).isEqualTo(Pcm.SILENCE_DB);
        assertThat(Pcm.levelDb(square)).isZero();
        assertThat(Pcm.levelDb(Pcm.gain(square, -20))).isCloseTo(-20, within(0.01));
    }

    @Test
    void whatDoesNotFitIsClippedNotWrappedRound() {
        short[] loud = {30_000, -30_000};

        assertThat(Pcm.gain(loud, 6)).containsExactly(Short.MAX_VALUE, Short.MIN_VALUE);
        assertThat(Pcm.mix(loud, new short[] {30_000, -30_000, 5}))
                .containsExactly(Short.MAX_VALUE, Short.MIN_VALUE, (short) 5);
    }

    @Test
    void aPartOfAFrameCountsAsAWholeOne() {
        assertThat(Frames.covering(Duration.ofMillis(41))).isEqualTo(3);
        assertThat(Frames.coveringMillis(40)).isEqualTo(2);
        assertThat(Frames.toMillis(50)).isEqualTo(1000);
    }

    @Test
    void aPieceOfASoundEndsWhereTheSoundEnds() {
        Sound second = Sound.ofLine(new short[8000]);

        Sound piece = second.between(Duration.ofMillis(900), Duration.ofSeconds(5));

        assertThat(piece.duration()).isEqualTo(Duration.ofMillis(100));
    }
}
