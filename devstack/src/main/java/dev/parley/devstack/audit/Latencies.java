package dev.parley.devstack.audit;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Latencies in milliseconds by name, with the percentiles that people ask for. Percentiles are nearest-rank: each is a value that was seen. */
public final class Latencies {
    private final Map<String, List<Double>> byName = new LinkedHashMap<>();

    public void declare(String name) {
        byName.computeIfAbsent(name, ignored -> new ArrayList<>());
    }

    public void add(String name, double millis) {
        byName.computeIfAbsent(name, ignored -> new ArrayList<>()).add(millis);
    }

    public List<Double> of(String name) {
        return Collections.unmodifiableList(byName.getOrDefault(name, List.of()));
    }

    /** The smallest value that at least this share (0 to 1) of the values do not exceed; NaN when there are none. */
    public static double percentile(List<Double> values, double share) {
        if (values.isEmpty()) return Double.NaN;
        List<Double> sorted = values.stream().sorted().toList();
        return sorted.get(Math.max(0, (int) Math.ceil(share * sorted.size()) - 1));
    }

    public ObjectNode toJson() {
        ObjectNode object = JsonNodeFactory.instance.objectNode();
        byName.forEach((name, values) -> {
            ObjectNode node = object.putObject(name);
            if (values.isEmpty()) {
                node.putNull("p50").putNull("p99");
            } else {
                node.put("p50", percentile(values, 0.5)).put("p99", percentile(values, 0.99));
            }
            node.put("n", values.size());
        });
        return object;
    }
}
