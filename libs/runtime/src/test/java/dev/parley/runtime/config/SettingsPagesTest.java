package dev.parley.runtime.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** To write the pages anew: {@code PARLEY_WRITE_PAGES=1 ./parley test --only libs/runtime}, or run this class with that variable. */
class SettingsPagesTest {
    private static final Path ROOT = root();

    @Test
    void env_example_is_what_the_catalogue_says() throws IOException {
        check(ROOT.resolve("env.example"), SettingsPages.envExample());
    }

    @Test
    void the_page_of_settings_is_what_the_catalogue_says() throws IOException {
        check(ROOT.resolve("docs/settings.md"), SettingsPages.table());
    }

    @Test
    void docker_compose_passes_on_what_the_catalogue_says() throws IOException {
        var file = ROOT.resolve("docker-compose.yml");
        check(file, SettingsPages.compose(Files.readString(file)));
    }

    @Test
    void docker_compose_gives_each_secret_to_those_alone_that_it_names() throws IOException {
        var compose = Files.readString(ROOT.resolve("docker-compose.yml"));
        for (var setting : Setting.values()) {
            if (setting.type().kind() == SettingType.Kind.SECRET) {
                assertThat(compose).contains(" " + setting + ":");
            }
        }
    }

    @Test
    void env_example_as_it_stands_is_accepted_and_changes_nothing() throws IOException {
        // Given
        Map<String, String> environment = new HashMap<>();
        for (var line : Files.readAllLines(ROOT.resolve("env.example"))) {
            if (!line.isBlank() && !line.startsWith("#")) {
                var pair = line.split("=", 2);
                environment.put(pair[0], pair[1]);
            }
        }

        // When
        var settings = Settings.from(environment);

        // Then
        assertThat(environment).hasSizeGreaterThan(30);
        assertThat(settings.summary()).isEmpty();
    }

    private static void check(Path page, String wanted) throws IOException {
        if (System.getenv("PARLEY_WRITE_PAGES") != null) {
            Files.createDirectories(page.getParent());
            Files.writeString(page, wanted);
        }
        assertThat(page)
                .as("generated: run this test with PARLEY_WRITE_PAGES=1")
                .hasContent(wanted);
    }

    private static Path root() {
        var folder = Path.of("").toAbsolutePath();
        while (folder != null && !Files.exists(folder.resolve("schemas/pom.xml"))) {
            folder = folder.getParent();
        }
        if (folder == null) {
            throw new IllegalStateException("Not inside the project");
        }
        return folder;
    }
}
