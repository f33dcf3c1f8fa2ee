package dev.parley.devstack.net;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.yaml.snakeyaml.Yaml;

/** The dashboard and the alerts ask for metrics that services have, and are files that can be read. */
class MonitoringTest {
    private static final Pattern ASKED = Pattern.compile("parley_[a-z_]+");
    private static final Pattern KEPT = Pattern.compile("\"(parley\\.[a-z.]+)\"");

    @ParameterizedTest
    @ValueSource(
            strings = {
                "deploy/monitoring/alerts.yml",
                "deploy/monitoring/grafana/dashboards/parley.json",
                "docs/operations.md"
            })
    void every_metric_that_is_asked_for_exists(String file) throws IOException {
        var asked = new TreeSet<String>();
        ASKED.matcher(Files.readString(StackFile.root().resolve(file)))
                .results()
                .forEach(found -> asked.add(found.group()
                        .replaceAll("_seconds(_bucket|_count|_sum|_max)?$", "")
                        .replaceAll("_total$", "")));

        assertThat(asked).hasSizeGreaterThan(5);
        assertThat(kept()).containsAll(asked);
    }

    private static Set<String> kept() throws IOException {
        var kept = new TreeSet<String>();
        for (var folder : new String[] {"libs", "services"}) {
            try (Stream<Path> files = Files.walk(StackFile.root().resolve(folder))) {
                for (var file : files.filter(file -> file.toString().endsWith(".java")
                                && file.toString().contains("/src/main/"))
                        .toList()) {
                    KEPT.matcher(Files.readString(file))
                            .results()
                            .forEach(found -> kept.add(found.group(1).replace('.', '_')));
                }
            }
        }
        return kept;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "docker-compose.yml",
                "deploy/phones.yml",
                "deploy/host.yml",
                "deploy/monitoring/prometheus.yml",
                "deploy/monitoring/alerts.yml",
                "deploy/monitoring/grafana/dashboards/provider.yml",
                "deploy/monitoring/grafana/datasources/prometheus.yml"
            })
    void yaml_can_be_read(String file) throws IOException {
        Object content = new Yaml().load(Files.readString(StackFile.root().resolve(file)));
        assertThat(content).isNotNull();
    }

    @ParameterizedTest
    @ValueSource(strings = "deploy/monitoring/grafana/dashboards/parley.json")
    void the_dashboard_is_json_with_panels(String file) throws IOException {
        var dashboard =
                new ObjectMapper().readTree(StackFile.root().resolve(file).toFile());
        assertThat(dashboard.path("panels")).hasSizeGreaterThan(10);
    }
}
