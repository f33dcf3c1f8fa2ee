package dev.parley.runtime.kafka;

import dev.parley.runtime.Metrics;
import dev.parley.runtime.kafka.RecordingWork.Journal;
import dev.parley.schemas.Topics;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;
import org.awaitility.Awaitility;

/** A loop in a process of its own, to be killed and frozen. It prints the lines of its journal, and says when it finds its last heartbeat older than its session. */
final class LoopProcess implements AutoCloseable {
    private final Process process;
    private final List<String> lines = new CopyOnWriteArrayList<>();

    private LoopProcess(Process process) {
        this.process = process;
        Thread.ofVirtual().start(() -> {
            try (var reader =
                    new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
                for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                    lines.add(line);
                }
            } catch (IOException e) {
                lines.add(e.toString());
            }
        });
    }

    /** Starts one that never gets done with the record of this number. */
    static LoopProcess start(String bootstrap, String group, long held) throws IOException {
        var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        var builder = new ProcessBuilder(
                        java,
                        "-XX:TieredStopAtLevel=1",
                        LoopProcess.class.getName(),
                        bootstrap,
                        group,
                        Long.toString(held))
                .redirectErrorStream(true);
        builder.environment().put("CLASSPATH", System.getProperty("java.class.path"));
        return new LoopProcess(builder.start());
    }

    public static void main(String[] args) {
        var held = Long.parseLong(args[2]);
        var kafka = LoopStand.connect(args[0], Metrics.inMemory());
        kafka.awaitTopics(() -> true);
        var journal = new Journal() {
            private static final long serialVersionUID = 1L;

            @Override
            public boolean add(String line) {
                System.out.println(line);
                return super.add(line);
            }
        };
        var loop = PartitionLoop.builder(kafka, args[1])
                .read(Topics.CALL_EVENTS)
                .work(partition -> {
                    var work = new RecordingWork(partition, journal);
                    work.held = record -> RecordingWork.number(record) == held;
                    return work;
                })
                .start();
        while (loop.live()) {
            LockSupport.parkNanos(Duration.ofMillis(1).toNanos());
            var heartbeat = loop.lastHeartbeat();
            if (!heartbeat.equals(Instant.MIN)
                    && heartbeat.plus(loop.sessionTimeout()).isBefore(Instant.now())) {
                System.out.println("stale heartbeat " + heartbeat);
                LockSupport.parkNanos(Duration.ofMillis(200).toNanos());
            }
        }
    }

    void await(String line) {
        Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> lines.contains(line));
    }

    List<String> lines() {
        return lines;
    }

    void kill() {
        process.destroyForcibly();
    }

    void freeze() throws Exception {
        signal("-STOP");
    }

    void thaw() throws Exception {
        signal("-CONT");
    }

    private void signal(String signal) throws Exception {
        new ProcessBuilder("kill", signal, Long.toString(process.pid())).start().waitFor();
    }

    @Override
    public void close() {
        process.destroyForcibly().onExit().join();
    }
}
