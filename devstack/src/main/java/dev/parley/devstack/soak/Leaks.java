package dev.parley.devstack.soak;

import dev.parley.runtime.Unavailable;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What the services and Asterisk hold while no call is up: taken before and after, the difference is what leaked. */
final class Leaks {
    /** Pools that grow to their size, connections that come and go. */
    private static final int FILES_SPARE = 60;

    private static final int THREADS_SPARE = 30;
    private static final long MEGABYTES_SPARE = 150;
    /** Of a container's limit: the heap, which is filled before it is tidied up (deploy/service). */
    private static final double HEAP = 0.4;

    /** Files, kilobytes and threads, in this order; process 1 is another, and an operator's command may run beside the service. */
    private static final String OF_THE_JVM = """
            for process in $(ls -d /proc/[0-9]* | sort -t/ -k3n); do
              if [ "$(cat $process/comm)" = java ]; then
                ls $process/fd | wc -l
                sed -n 's/^VmRSS:[^0-9]*\\([0-9]*\\).*/\\1/p' $process/status
                sed -n 's/^Threads:[^0-9]*//p' $process/status
                break
              fi
            done
            """;

    private record Held(int files, int threads, long megabytes) {}

    private final Compose compose;
    private final Map<String, Held> before;

    Leaks(Compose compose) {
        this.compose = compose;
        this.before = look();
    }

    private Map<String, Held> look() {
        Map<String, Held> all = new LinkedHashMap<>();
        for (String service : Havoc.SERVICES) {
            for (String container : compose.containers(service)) {
                String[] counts =
                        compose.exec(container, "sh", "-c", OF_THE_JVM).split("\\s+");
                if (counts.length != 3) {
                    throw new Unavailable("no JVM runs in " + container);
                }
                all.put(
                        container,
                        new Held(
                                Integer.parseInt(counts[0]),
                                Integer.parseInt(counts[2]),
                                Long.parseLong(counts[1]) / 1024));
            }
        }
        return all;
    }

    /** A line for each thing that was held before, or is held now and should not be. */
    List<String> found(List<String> table) {
        List<String> leaks = new ArrayList<>();
        Map<String, Held> after = look();
        after.forEach((container, now) -> {
            Held then = before.getOrDefault(container, new Held(0, 0, 0));
            table.add(String.format(
                    Locale.ROOT,
                    "  %-28s files %4d → %4d   threads %3d → %3d   memory %4d → %4d MB",
                    container,
                    then.files(),
                    now.files(),
                    then.threads(),
                    now.threads(),
                    then.megabytes(),
                    now.megabytes()));
            if (then.files() > 0 && now.files() > then.files() + FILES_SPARE) {
                leaks.add(container + " holds " + now.files() + " files, " + then.files() + " before");
            }
            if (then.threads() > 0 && now.threads() > then.threads() + THREADS_SPARE) {
                leaks.add(container + " has " + now.threads() + " threads, " + then.threads() + " before");
            }
            double fair = then.megabytes() + HEAP * compose.memoryLimitMegabytes(container) + MEGABYTES_SPARE;
            if (then.megabytes() > 0 && now.megabytes() > fair) {
                leaks.add(container + " takes " + now.megabytes() + " MB, " + then.megabytes() + " before");
            }
        });
        for (String asterisk : compose.containers("asterisk")) {
            String channels = compose.exec(asterisk, "asterisk", "-rx", "core show channels count");
            if (!channels.contains("0 active channels")) {
                leaks.add("channels are left at Asterisk: "
                        + channels.lines().findFirst().orElse(""));
            }
            long bridges = compose.exec(asterisk, "asterisk", "-rx", "bridge show all")
                            .lines()
                            .count()
                    - 1;
            if (bridges > 0) {
                leaks.add(bridges + " bridges are left at Asterisk");
            }
        }
        return leaks;
    }
}
