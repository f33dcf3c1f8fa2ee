package dev.parley.devstack.scale;

import dev.parley.audio.Sound;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.TimeUnit;

/**
 * Workers come and are killed while utterances arrive: each utterance has one transcript in effect (a second one of the same revision says the same), and what a
 * killed worker had begun is taken over.
 */
final class Churn {
    /** What the group's settings are made for: the session time-out is 3 s, and the recognition itself follows. */
    private static final Duration TAKEOVER = Duration.ofSeconds(5);

    private static final int ROUNDS = 4;

    private final ChunkQueue queue;
    private final Map<String, String> settings;
    private final List<Sound> utterances;
    private final PrintStream out;
    private final List<String> calls = new ArrayList<>();
    private final List<Double> takeovers = new ArrayList<>();

    /** @param out where the report goes */
    Churn(ChunkQueue queue, Map<String, String> settings, List<Sound> utterances, PrintStream out) {
        this.queue = queue;
        this.settings = settings;
        this.utterances = utterances;
        this.out = out;
    }

    /** Whether all was as it must be. */
    boolean run() throws Exception {
        try (var steady = new WorkerProcess(settings, Scale.COST, hash -> {})) {
            steady.awaitReady(Duration.ofSeconds(60));
            for (int round = 0; round < ROUNDS; round++) {
                round(round);
            }
            if (!queue.await(calls, Duration.ofSeconds(60))) {
                out.println("NOT EVERY UTTERANCE WAS RECOGNISED");
                return false;
            }
        }
        long twice = calls.stream().filter(call -> queue.of(call).size() > 1).count();
        long differing = calls.stream()
                .filter(call -> queue.of(call).stream()
                                .map(arrival -> arrival.transcript().getText())
                                .distinct()
                                .count()
                        > 1)
                .count();
        double slowest =
                takeovers.stream().mapToDouble(Double::doubleValue).max().orElse(0);
        out.printf(
                "%n%d workers added and killed among %d utterances: each has a transcript, %d have two of the same revision, %d of those differ; what a killed worker had begun was there after %s s (at most %.0f s)%n",
                ROUNDS,
                calls.size(),
                twice,
                differing,
                takeovers.stream().map("%.2f"::formatted).toList(),
                (double) TAKEOVER.toSeconds());
        return differing == 0 && takeovers.size() == ROUNDS && slowest <= TAKEOVER.toSeconds();
    }

    /** A worker comes, work comes, and in the middle of a recognition the worker is killed. */
    private void round(int round) throws Exception {
        var begun = new ConcurrentLinkedDeque<Integer>();
        List<String> ofRound = new ArrayList<>();
        long killed;
        try (var doomed = new WorkerProcess(settings, Scale.COST, begun::add)) {
            doomed.awaitReady(Duration.ofSeconds(60));
            for (int i = 0; i < utterances.size() / 2; i++) {
                var call = "churn~" + round + "~" + i;
                ofRound.add(call);
                queue.put(call, utterances.get(i));
            }
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
            while (begun.size() < 2 && System.nanoTime() < end) {
                Thread.sleep(1);
            }
            killed = System.nanoTime();
        }
        calls.addAll(ofRound);
        queue.await(ofRound, Duration.ofSeconds(60));
        lastBegun(begun, ofRound)
                .ifPresent(call -> takeovers.add((queue.of(call).getFirst().nanos() - killed) / 1e9));
    }

    private Optional<String> lastBegun(ConcurrentLinkedDeque<Integer> begun, List<String> ofRound) {
        var last = begun.peekLast();
        return ofRound.stream()
                .filter(call -> last != null && last == Arrays.hashCode(samples(ofRound.indexOf(call))))
                .filter(call -> !queue.of(call).isEmpty())
                .findFirst();
    }

    /** As they are on the queue: whole frames. */
    private short[] samples(int index) {
        var samples = utterances.get(index).samples();
        return Arrays.copyOf(samples, samples.length / 160 * 160);
    }
}
