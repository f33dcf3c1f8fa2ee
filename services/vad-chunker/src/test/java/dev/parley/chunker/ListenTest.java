package dev.parley.chunker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.parley.audio.Resampler;
import dev.parley.audio.Sound;
import dev.parley.audio.WavFile;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** `./parley listen` as its user meets it. */
class ListenTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    private Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @BeforeAll
    static void models() {
        assumeTrue(System.getenv("PARLEY_MODELS") != null, "PARLEY_MODELS is not set");
    }

    private int listen(Object... arguments) {
        return new CommandLine(new Listen())
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err))
                .execute(Arrays.stream(arguments).map(String::valueOf).toArray(String[]::new));
    }

    private Path speech(String name, int rate) throws IOException {
        Path recording = Path.of(System.getenv("PARLEY_MODELS"), "recordings", "two_cities.wav");
        Sound sound = Resampler.resample(WavFile.read(recording), 8000);
        short[] call = Arrays.copyOf(Arrays.copyOf(sound.samples(), 6 * 8000), 9 * 8000);
        Path file = folder.resolve(name);
        WavFile.write(file, Resampler.resample(new Sound(8000, call), rate));
        return file;
    }

    private List<JsonNode> lines() throws IOException {
        List<JsonNode> lines = new ArrayList<>();
        for (String line : out.toString().lines().toList()) {
            lines.add(JSON.readTree(line));
        }
        return lines;
    }

    @Test
    void aLineOfJsonTellsEachDecision() throws IOException {
        Path file = speech("a \"quoted\" call.wav", 8000);

        assertThat(listen("--json", file)).as(err::toString).isZero();

        List<JsonNode> lines = lines();
        assertThat(lines).allSatisfy(line -> {
            assertThat(line.get("file").asText()).isEqualTo(file.toString());
            assertThat(line.get("frame").isIntegralNumber()).isTrue();
            assertThat(line.get("utterance").isIntegralNumber()).isTrue();
        });
        assertThat(lines.getFirst().get("type").asText()).isEqualTo("speech-started");
        assertThat(lines).extracting(line -> line.get("type").asText()).contains("chunk", "silence", "end-of-turn");
        assertThat(lines)
                .filteredOn(line -> line.get("type").asText().equals("chunk"))
                .allSatisfy(chunk -> {
                    assertThat(chunk.get("stage").asText()).isIn(Set.of("partial", "provisional", "final"));
                    assertThat(chunk.get("firstFrame").asLong())
                            .isLessThanOrEqualTo(chunk.get("lastFrame").asLong());
                    assertThat(chunk.has("index") && chunk.has("revision")).isTrue();
                });
        assertThat(lines)
                .filteredOn(line -> line.get("type").asText().equals("end-of-turn"))
                .last()
                .satisfies(end -> assertThat(end.get("reason").asText()).isEqualTo("silence"));
    }

    @Test
    void aRecordingOfAnotherRateIsConverted() throws IOException {
        assertThat(listen("--json", speech("wide.wav", 44_100)))
                .as(err::toString)
                .isZero();
        assertThat(lines()).extracting(line -> line.get("type").asText()).contains("speech-started", "end-of-turn");
    }

    @Test
    void whatIsNoWavIsRefusedByName() throws IOException {
        Path file = Files.writeString(folder.resolve("song.mp3"), "ID3 and so on, and on");

        assertThat(listen(file)).isEqualTo(65);
        assertThat(err.toString()).contains("song.mp3", "not a WAV file but MP3", "ffmpeg");
    }

    @Test
    void aRecordingThatWasCutOffIsRefused() throws IOException {
        byte[] whole = Files.readAllBytes(speech("whole.wav", 8000));
        Path file = Files.write(folder.resolve("half.wav"), Arrays.copyOf(whole, whole.length / 2));

        assertThat(listen(file)).isEqualTo(65);
        assertThat(err.toString()).contains("half.wav", "was cut off");
    }

    @Test
    void aMissingFileIsNamedAndTheOthersAreHeardAllTheSame() throws IOException {
        Path missing = folder.resolve("nowhere.wav");

        assertThat(listen("--json", missing, speech("here.wav", 8000))).isEqualTo(65);
        assertThat(err.toString()).contains("nowhere.wav", "no such file");
        assertThat(lines())
                .isNotEmpty()
                .allSatisfy(line -> assertThat(line.get("file").asText()).endsWith("here.wav"));
    }

    @Test
    void missingModelsAreToldWithTheCommandThatBringsThem() throws IOException {
        assertThat(listen("--models", folder.resolve("none"), speech("a.wav", 8000)))
                .isEqualTo(69);
        assertThat(err.toString()).contains("./parley models");
    }
}
