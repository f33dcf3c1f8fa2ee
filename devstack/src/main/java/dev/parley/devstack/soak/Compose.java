package dev.parley.devstack.soak;

import dev.parley.runtime.Unavailable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The containers of a compose project, as the docker command sees them. Blocks; any thread may use it. */
final class Compose {
    private static final long SECONDS = 120;

    private final String project;

    Compose(String project) {
        this.project = project;
    }

    /** Names of the running containers of a service. */
    List<String> containers(String service) {
        return docker(
                        "ps",
                        "--filter",
                        "label=com.docker.compose.project=" + project,
                        "--filter",
                        "label=com.docker.compose.service=" + service,
                        "--format",
                        "{{.Names}}")
                .lines()
                .sorted()
                .toList();
    }

    /** The address of a container in the project's network. */
    String address(String container) {
        return docker("inspect", "--format", "{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}", container);
    }

    /** How often Docker has started it anew because it had ended by itself, or had no memory left; counts from its last start by hand. */
    int restarts(String container) {
        return Integer.parseInt(docker("inspect", "--format", "{{.RestartCount}}", container));
    }

    /** 0: as much as the machine has. */
    long memoryLimitMegabytes(String container) {
        return Long.parseLong(docker("inspect", "--format", "{{.HostConfig.Memory}}", container)) / 1_048_576;
    }

    /**
     * As the kernel kills; nothing is told to it. Returns when it is dead: on a machine that stands still for a while Docker gives up waiting
     * for a death that comes all the same.
     */
    void kill(String container) throws InterruptedException {
        try {
            docker("kill", "--signal", "KILL", container);
        } catch (Unavailable notConfirmed) {
            long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
            while (docker("inspect", "--format", "{{.State.Running}}", container)
                    .equals("true")) {
                if (System.nanoTime() > deadline) {
                    throw notConfirmed;
                }
                Thread.sleep(500);
            }
        }
    }

    void start(String container) {
        docker("start", container);
    }

    /** In order: it has the time to close what it has open. */
    void restart(String container) {
        docker("restart", "--time", "60", container);
    }

    String network() {
        return project + "_default";
    }

    void cutOff(String container) {
        docker("network", "disconnect", "--force", network(), container);
    }

    void connect(String container, String service) {
        docker("network", "connect", "--alias", service, network(), container);
    }

    /** Waits until its health check is content. */
    boolean awaitHealthy(String container, long seconds) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        while (System.nanoTime() < deadline) {
            if (docker("inspect", "--format", "{{if .State.Health}}{{.State.Health.Status}}{{end}}", container)
                    .equals("healthy")) {
                return true;
            }
            Thread.sleep(500);
        }
        return false;
    }

    String exec(String container, String... command) {
        List<String> words = new ArrayList<>(List.of("exec", container));
        words.addAll(List.of(command));
        return docker(words.toArray(String[]::new));
    }

    private static String docker(String... words) {
        List<String> command = new ArrayList<>(List.of("docker"));
        command.addAll(List.of(words));
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            process.getOutputStream().close();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
            if (!process.waitFor(SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
                throw new Unavailable("docker " + String.join(" ", words) + ": " + output);
            }
            return output;
        } catch (IOException e) {
            throw new UncheckedIOException("docker cannot be run", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Unavailable("interrupted while docker ran", e);
        }
    }
}
