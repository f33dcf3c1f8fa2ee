package dev.parley.audio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WavFileTest {
    private static final short[] SAMPLES = {0, 256, -256, 12_800, -12_800, 32_512, -32_768};

    @TempDir
    Path folder;

    @Test
    void whatIsWrittenIsReadBack() throws IOException {
        Path file = folder.resolve("a.wav");
        Sound sound = new Sound(22_050, SAMPLES);

        WavFile.write(file, sound);

        assertThat(WavFile.read(file)).isEqualTo(sound);
    }

    @Test
    void stereoKeepsItsSidesAndFillsUpTheShorterOne() throws IOException {
        Path file = folder.resolve("call.wav");

        WavFile.writeStereo(file, Sound.ofLine(SAMPLES), Sound.ofLine(new short[] {1, 2}));

        var channels = WavFile.readChannels(file);
        assertThat(channels.get(0).samples()).containsExactly(SAMPLES);
        assertThat(channels.get(1).samples()).containsExactly(1, 2, 0, 0, 0, 0, 0);
        assertThat(WavFile.read(file).samples()[1]).isEqualTo((short) 129);
    }

    @ParameterizedTest
    @CsvSource({"1, 8", "1, 16", "1, 24", "1, 32", "3, 32", "3, 64"})
    void everySampleSizeMeansTheSameSound(int coding, int bits) throws IOException {
        Path file = write("sizes.wav", wav(coding, bits));

        assertThat(WavFile.read(file)).isEqualTo(new Sound(8000, SAMPLES));
    }

    @Test
    void theExtendedHeaderIsUnderstood() throws IOException {
        Path file = write("extensible.wav", wav(0xFFFE, 16));

        assertThat(WavFile.read(file).samples()).containsExactly(SAMPLES);
    }

    @Test
    void aRecordingFromAPipeSaysNoSizeAndIsReadToItsEnd() throws IOException {
        byte[] piped = wav(1, 16);
        int sizeAt = new String(piped, StandardCharsets.ISO_8859_1).indexOf("data") + 4;
        Arrays.fill(piped, sizeAt, sizeAt + 4, (byte) 0xFF);

        assertThat(WavFile.read(write("piped.wav", piped)).samples()).containsExactly(SAMPLES);
    }

    @Test
    void aFileThatWasCutOffSaysHowMuchOfItIsThere() throws IOException {
        byte[] whole = wav(1, 16);

        Path file = write("cut.wav", Arrays.copyOf(whole, whole.length - 6));

        assertThatThrownBy(() -> WavFile.read(file))
                .isInstanceOf(UnusableAudio.class)
                .hasMessageContainingAll("cut.wav", "cut off", "8 of 14 bytes");
    }

    @Test
    void aFileThatEndsBeforeItsSamplesIsRefused() throws IOException {
        Path file = write("head.wav", Arrays.copyOf(wav(1, 16), 30));

        assertThatThrownBy(() -> WavFile.read(file)).hasMessageContainingAll("head.wav", "cut off");
    }

    @ParameterizedTest
    @CsvSource({"6, 8, A-law", "7, 8, µ-law", "2, 4, ADPCM", "85, 0, MPEG", "1, 12, 12-bit"})
    void aCompressedRecordingIsRefusedWithTheCommandThatConvertsIt(int coding, int bits, String name)
            throws IOException {
        Path file = write("packed.wav", wav(coding, bits));

        assertThatThrownBy(() -> WavFile.read(file))
                .isInstanceOf(UnusableAudio.class)
                .hasMessageContainingAll("packed.wav", name, "ffmpeg -i");
    }

    @Test
    void noChannelsAreRefused() throws IOException {
        byte[] wav = wav(1, 16);
        wav[22] = 0;

        Path file = write("none.wav", wav);

        assertThatThrownBy(() -> WavFile.read(file)).hasMessageContaining("0 channels");
    }

    @ParameterizedTest
    @CsvSource({"ID3x, MP3", "OggS, Ogg", "fLaC, FLAC", "'', empty", "hello there, unknown"})
    void anotherKindOfFileIsNamed(String beginning, String kind) throws IOException {
        Path file = write("other.wav", beginning.getBytes(StandardCharsets.ISO_8859_1));

        assertThatThrownBy(() -> WavFile.read(file))
                .isInstanceOf(UnusableAudio.class)
                .hasMessageContainingAll("other.wav", kind, "ffmpeg");
    }

    @Test
    void aMissingFileAndAFolderAreNamed() {
        assertThatThrownBy(() -> WavFile.read(folder.resolve("no.wav"))).hasMessageContaining("no such file");
        assertThatThrownBy(() -> WavFile.read(folder)).hasMessageContaining("is a folder");
    }

    private Path write(String name, byte[] bytes) throws IOException {
        return Files.write(folder.resolve(name), bytes);
    }

    /** SAMPLES as a file of this coding, with an odd chunk of another program in front of them. */
    private static byte[] wav(int coding, int bits) {
        boolean extensible = coding == 0xFFFE;
        ByteBuffer out = ByteBuffer.allocate(400).order(ByteOrder.LITTLE_ENDIAN);
        out.put("RIFF".getBytes(StandardCharsets.US_ASCII)).putInt(0).put("WAVE".getBytes(StandardCharsets.US_ASCII));
        out.put("fmt ".getBytes(StandardCharsets.US_ASCII)).putInt(extensible ? 40 : 16);
        out.putShort((short) coding).putShort((short) 1).putInt(8000).putInt(8000 * bits / 8);
        out.putShort((short) (bits / 8)).putShort((short) bits);
        if (extensible) {
            out.putShort((short) 22)
                    .putShort((short) 16)
                    .putInt(4)
                    .putShort((short) 1)
                    .put(new byte[14]);
        }
        out.put("LIST".getBytes(StandardCharsets.US_ASCII)).putInt(3).put(new byte[4]);
        out.put("data".getBytes(StandardCharsets.US_ASCII)).putInt(SAMPLES.length * Math.max(1, bits / 8));
        for (short sample : SAMPLES) {
            switch (bits) {
                case 8 -> out.put((byte) ((sample >> 8) + 128));
                case 24 -> out.put((byte) 0).putShort(sample);
                case 32 -> {
                    if (coding == 3) {
                        out.putFloat(sample / 32_768f);
                    } else {
                        out.putInt(sample << 16);
                    }
                }
                case 64 -> out.putDouble(sample / 32_768.0);
                default -> out.putShort(sample);
            }
        }
        return Arrays.copyOf(out.array(), out.position());
    }
}
