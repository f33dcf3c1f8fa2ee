package dev.parley.devstack.scale;

import dev.parley.audio.Sound;
import dev.parley.audio.WavFile;
import dev.parley.devstack.Commands;
import dev.parley.runtime.Metrics;
import dev.parley.runtime.config.Setting;
import dev.parley.runtime.config.Settings;
import dev.parley.runtime.kafka.KafkaConnection;
import dev.parley.schemas.TopicOptions;
import dev.parley.schemas.TopicRegistry;
import dev.parley.testkit.kafka.EmbeddedKafka;
import dev.parley.testkit.kafka.EmbeddedSchemaRegistry;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import picocli.CommandLine.Command;

/** Prints how recognition grows with its workers, and what the death of one costs. Exit code 1 where a figure is not what it must be. */
@Command(
        name = "scale",
        mixinStandardHelpOptions = true,
        description =
                "40 recorded utterances of 40 calls at once on 1, 2 and 4 workers; workers added and killed in mid-run.")
public final class Scale implements Callable<Integer> {
    static final Duration COST = Duration.ofMillis(250);
    static final double MUST = 3.6;
    private static final int UTTERANCES = 40;
    private static final int ATTEMPTS = 3;

    private final PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);

    /** Exit codes are picocli's, and 1. */
    public static void main(String[] words) {
        System.exit(Commands.run(Scale::new, words));
    }

    @Override
    public Integer call() throws Exception {
        out.println("Logging to " + Commands.logAside("scale"));
        var environment = Settings.from(System.getenv());
        environment.require(Setting.PARLEY_MODELS);
        var utterances = utterances(Path.of(environment.text(Setting.PARLEY_MODELS)), UTTERANCES);
        try (var kafka = EmbeddedKafka.start(Files.createTempDirectory("parley-scale"));
                var registry = EmbeddedSchemaRegistry.start()) {
            var settings =
                    Map.of("KAFKA_BOOTSTRAP_SERVERS", kafka.bootstrapServers(), "SCHEMA_REGISTRY_URL", registry.url());
            try (var connection = KafkaConnection.open(Settings.from(settings), Metrics.inMemory())) {
                TopicRegistry.ensure(connection.admin(), TopicOptions.DEFAULT.withPartitions(4, 1, 1));
                connection.awaitTopics(() -> true);
                try (var queue = new ChunkQueue(connection)) {
                    boolean grows = growth(queue, settings, utterances);
                    boolean whole = new Churn(queue, settings, utterances, out).run();
                    return grows && whole ? 0 : 1;
                }
            }
        }
    }

    /** The best of a few attempts each: a busy machine only ever makes it slower. */
    private boolean growth(ChunkQueue queue, Map<String, String> settings, List<Sound> utterances) throws Exception {
        out.printf(
                "| workers | %d utterances of %d ms each, at once | times one worker |%n|-|-|-|%n",
                utterances.size(), COST.toMillis());
        List<WorkerProcess> workers = new ArrayList<>();
        double one = 0;
        double times = 0;
        try {
            for (int count : new int[] {1, 2, 4}) {
                while (workers.size() < count) {
                    workers.add(new WorkerProcess(settings, COST, hash -> {}).awaitReady(Duration.ofSeconds(60)));
                }
                double best = Double.MAX_VALUE;
                for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
                    best = Math.min(best, seconds(queue, utterances, count + "~" + attempt));
                    if (one > 0 && one / best >= MUST) {
                        break;
                    }
                }
                one = count == 1 ? best : one;
                times = one / best;
                out.printf("| %d | %.2f s | %.2f |%n", count, best, times);
            }
        } finally {
            workers.forEach(WorkerProcess::close);
        }
        out.printf("four workers are %.2f times one; they must be %.1f times%n", times, MUST);
        return times >= MUST;
    }

    private static double seconds(ChunkQueue queue, List<Sound> utterances, String run) throws InterruptedException {
        var calls = IntStream.range(0, utterances.size())
                .mapToObj(i -> "scale~" + run + "~" + i)
                .toList();
        long start = System.nanoTime();
        for (int i = 0; i < calls.size(); i++) {
            queue.put(calls.get(i), utterances.get(i));
        }
        if (!queue.await(calls, Duration.ofSeconds(120))) {
            throw new IllegalStateException("not every utterance was recognised within two minutes");
        }
        return (System.nanoTime() - start) / 1e9;
    }

    /** Pieces of 2 to 4 s of the recordings that come with the models: people, reading. */
    static List<Sound> utterances(Path models, int count) {
        var recording = WavFile.read(models.resolve("recordings/two_cities.wav"));
        int step = Math.max(1, (int) ((recording.duration().toMillis() - 4000) / count));
        return IntStream.range(0, count)
                .mapToObj(i -> {
                    var from = Duration.ofMillis((long) i * step);
                    return line(recording.between(from, from.plusMillis(2000 + (i % 5) * 500L)));
                })
                .toList();
    }

    /** At 8 kHz, as chunks are; every second sample will do, since nobody recognises it here. */
    private static Sound line(Sound sound) {
        int stride = Math.max(1, sound.sampleRate() / 8000);
        var samples = new short[sound.samples().length / stride];
        for (int i = 0; i < samples.length; i++) {
            samples[i] = sound.samples()[i * stride];
        }
        return Sound.ofLine(samples);
    }
}
