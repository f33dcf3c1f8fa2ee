package dev.parley.devstack.soak;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Counts containers that ended without being killed by us: for want of memory, or by a fault. Thread-safe. */
final class Deaths {
    private final Compose compose;
    private final Map<String, Integer> known = new LinkedHashMap<>();
    private final Map<String, Integer> deaths = new LinkedHashMap<>();

    Deaths(Compose compose) {
        this.compose = compose;
        Stream.concat(Havoc.SERVICES.stream(), Stream.of("kafka", "registry", "asterisk"))
                .flatMap(service -> compose.containers(service).stream())
                .forEach(container -> known.put(container, compose.restarts(container)));
    }

    /** Before it is killed or restarted, with which Docker begins to count anew. */
    synchronized void before(String container) {
        look(container);
        known.put(container, 0);
    }

    private void look(String container) {
        int more = compose.restarts(container) - known.getOrDefault(container, 0);
        if (more > 0) {
            deaths.merge(container, more, Integer::sum);
        }
    }

    /** A line for each container that died. */
    synchronized List<String> found() {
        known.keySet().forEach(this::look);
        List<String> found = new ArrayList<>();
        deaths.forEach((container, times) -> found.add(container + " ended by itself, " + times + " times"));
        return found;
    }
}
