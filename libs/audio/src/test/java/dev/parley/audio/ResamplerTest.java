package dev.parley.audio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ResamplerTest {
    @ParameterizedTest
    @CsvSource({"8000, 16000", "16000, 8000", "48000, 8000", "44100, 8000", "22050, 8000", "11025, 8000", "8000, 48000"
    })
    void aToneInTheTelephoneBandKeepsPitchLevelAndPlace(int from, int to) {
        for (int hertz : new int[] {50, 440, 1000, 3300}) {
            Sound heard = Resampler.resample(tone(from, hertz), to);

            Sound expected = tone(to, hertz);
            assertThat(heard.samples()).hasSameSizeAs(expected.samples());
            assertThat(worstDifference(heard, expected))
                    .as("%d Hz, %d to %d", hertz, from, to)
                    .isLessThan(12);
        }
    }

    @ParameterizedTest
    @CsvSource({"16000, 4100", "22050, 5000", "44100, 4500", "44100, 15000", "48000, 7900", "48000, 20000"})
    void whatTheLowerRateCannotHoldIsGoneNotFoldedBack(int from, int hertz) {
        Sound heard = Resampler.resample(tone(from, hertz), 8000);

        int edge = 400;
        assertThat(Pcm.levelDb(heard.samples(), edge, heard.samples().length - 2 * edge))
                .isLessThan(Pcm.levelDb(tone(from, hertz).samples()) - 65);
    }

    @Test
    void theSameRateIsTheSameSound() {
        Sound sound = tone(8000, 440);

        assertThat(Resampler.resample(sound, 8000)).isSameAs(sound);
    }

    @Test
    void thereAndBackLeavesTheLengthAndTheSoundAsTheyWere() {
        Sound sound = tone(8000, 700);

        Sound back = Resampler.resample(Resampler.resample(sound, 22_050), 8000);

        assertThat(back.samples()).hasSameSizeAs(sound.samples());
        assertThat(Pcm.levelDb(back.samples())).isCloseTo(Pcm.levelDb(sound.samples()), within(0.05));
    }

    @Test
    void nothingAndASingleSampleAreFine() {
        assertThat(Resampler.resample(new Sound(44_100, new short[0]), 8000).samples())
                .isEmpty();
        assertThat(Resampler.resample(new Sound(44_100, new short[] {100}), 8000)
                        .samples())
                .hasSize(1);
    }

    /** Half a second at about -9 dB. */
    private static Sound tone(int rate, int hertz) {
        short[] samples = new short[rate / 2];
        for (int i = 0; i < samples.length; i++) {
            samples[i] = (short) Math.round(16_000 * Math.sin(2 * Math.PI * hertz * i / rate));
        }
        return new Sound(rate, samples);
    }

    /** Away from both ends, where the filter meets the silence outside. */
    private static int worstDifference(Sound one, Sound other) {
        int edge = one.sampleRate() / 50;
        int worst = 0;
        for (int i = edge; i < one.samples().length - edge; i++) {
            worst = Math.max(worst, Math.abs(one.samples()[i] - other.samples()[i]));
        }
        return worst;
    }
}
