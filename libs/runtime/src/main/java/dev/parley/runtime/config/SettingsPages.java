package dev.parley.runtime.config;

import java.util.Arrays;
import java.util.stream.Collectors;

/** The pages for people that are generated from the catalogue: {@code env.example} and {@code docs/settings.md}. */
final class SettingsPages {
    private static final String COMPOSE_BEGIN = "# generated: begin";
    private static final String COMPOSE_END = "# generated: end";

    /** What docker-compose.yml and deploy/phones.yml read and no service does. */
    private static final String CONTAINERS = """

            # ---- Containers: read by docker compose alone; addresses and ports of the parts are set there
            # Passwords of the two phones, at least 12 characters each. ./parley up makes them, ARI_PASSWORD and MEDIA_SECRET when it makes .env.
            #SIP_ALICE_PASSWORD=
            #SIP_BOB_PASSWORD=
            # A phone in a browser: set, it can register as "browser".
            #SIP_BROWSER_PASSWORD=
            # Phones outside: these three. SIP_BIND is the address of this host at which SIP (5060) and RTP are offered, EXTERNAL_ADDRESS the one that phones see.
            #COMPOSE_FILE=docker-compose.yml:deploy/phones.yml
            #SIP_BIND=192.0.2.10
            #EXTERNAL_ADDRESS=192.0.2.10
            # Two ports a call, the same inside and outside.
            #RTP_PORTS=10000-10099
            # With deploy/host.yml: the ports at which this very host reaches Kafka and the registry.
            #HOST_KAFKA_PORT=29092
            #HOST_REGISTRY_PORT=8081
            # The password of "admin" in Grafana: docker compose --profile monitoring up.
            #GRAFANA_PASSWORD=
            # Longer than DRAIN_SECONDS and 10 s more.
            #STOP_GRACE=40s
            """;

    private SettingsPages() {}

    static String envExample() {
        var page = new StringBuilder("""
                # The settings of Parley: environment variables of its processes. Each stands here with its default; docs/settings.md has them as a table.
                # Generated from dev.parley.runtime.config.Setting. A secret may be kept in a file: ARI_PASSWORD_FILE=/run/secrets/ari.

                # ---- Kafka and the schema registry
                # Any setting of Kafka's clients, in capitals and with underscores: security.protocol is KAFKA_SECURITY_PROTOCOL. Likewise SCHEMA_REGISTRY_*.
                KAFKA_BOOTSTRAP_SERVERS=%s
                SCHEMA_REGISTRY_URL=%s
                """.formatted(ClientSettings.DEFAULT_BOOTSTRAP, ClientSettings.DEFAULT_REGISTRY));
        for (var section : Setting.Section.values()) {
            page.append("\n# ---- ").append(section.title).append('\n');
            for (var setting : Setting.values()) {
                if (setting.section() == section) {
                    page.append("# ")
                            .append(setting.meaning())
                            .append(" (")
                            .append(setting.type().describe())
                            .append(")\n");
                    page.append(setting.byDefault()
                                    .map(value -> setting + "=" + value)
                                    .orElse("#" + setting + "="))
                            .append('\n');
                    Setting.ALIASES.stream()
                            .filter(alias -> alias.setting() == setting)
                            .forEach(alias -> page.append("# The older name of ")
                                    .append(setting)
                                    .append("; both set and different is an error.\n#")
                                    .append(alias.name())
                                    .append('=')
                                    .append(setting.byDefault().orElse(""))
                                    .append('\n'));
                }
            }
        }
        return page.append(CONTAINERS).toString();
    }

    /** The names that docker-compose.yml passes on to every service: all but secrets and those that it names itself. */
    static String compose(String file) {
        var before = file.substring(0, file.indexOf(COMPOSE_BEGIN) + COMPOSE_BEGIN.length());
        var after = file.substring(file.indexOf(COMPOSE_END));
        var lines = new StringBuilder("\n");
        Names.all()
                .filter(name -> !named(before, name) && !named(after, name) && !secret(name))
                .forEach(name -> lines.append("  ").append(name).append(":\n"));
        return before + lines + "  " + after;
    }

    private static boolean named(String text, String name) {
        return text.contains("\n  " + name + ":");
    }

    private static boolean secret(String name) {
        var bare =
                name.endsWith(FileValue.SUFFIX) ? name.substring(0, name.length() - FileValue.SUFFIX.length()) : name;
        return Names.setting(bare)
                .filter(setting -> setting.type().kind() == SettingType.Kind.SECRET)
                .isPresent();
    }

    static String table() {
        var page = new StringBuilder("""
                # Settings

                Environment variables, read and checked once at start: a value that cannot be, and a name that looks like one of these and is none, is an error that
                names it (exit code 78). This page is generated from `dev.parley.runtime.config.Setting`.

                A secret may be kept in a file instead: `ARI_PASSWORD_FILE=/run/secrets/ari`. Lengths of time in seconds may have decimals.

                ## Kafka and the schema registry

                `KAFKA_*` goes to Kafka's clients: `KAFKA_SECURITY_PROTOCOL` is `security.protocol`, `KAFKA_SASL_JAAS_CONFIG_FILE` names a file with `sasl.jaas.config`.
                What Parley's guarantees rest on (acks, idempotence, groups, offsets) it sets itself and refuses. `SCHEMA_REGISTRY_*` goes to the registry's client by
                Confluent's names: `SCHEMA_REGISTRY_URL`, `SCHEMA_REGISTRY_BASIC_AUTH_USER_INFO`, `SCHEMA_REGISTRY_AUTO_REGISTER_SCHEMAS`.

                | Name | Default | Meaning |
                |-|-|-|
                | `KAFKA_BOOTSTRAP_SERVERS` | `%s` | Brokers to ask first, as host:port, separated by commas. |
                | `SCHEMA_REGISTRY_URL` | `%s` | One or more addresses, separated by commas; `mock://name` is one inside the process. |
                """.formatted(ClientSettings.DEFAULT_BOOTSTRAP, ClientSettings.DEFAULT_REGISTRY));
        for (var section : Setting.Section.values()) {
            page.append("\n## ").append(section.title).append("\n\n| Name | Default | Value | Meaning |\n|-|-|-|-|\n");
            page.append(Arrays.stream(Setting.values())
                    .filter(setting -> setting.section() == section)
                    .map(SettingsPages::row)
                    .collect(Collectors.joining()));
        }
        page.append("\n## Older names\n\n");
        Setting.ALIASES.forEach(alias -> page.append("- `")
                .append(alias.name())
                .append("` is still understood as `")
                .append(alias.setting())
                .append("`; both set and different is an error.\n"));
        Setting.RETIRED.forEach(retired -> page.append("- `")
                .append(retired.name())
                .append("` is refused: it ")
                .append(retired.advice())
                .append(".\n"));
        return page.toString();
    }

    private static String row(Setting setting) {
        return "| `" + setting + "` | "
                + setting.byDefault().map(value -> "`" + value + "`").orElse("") + " | "
                + setting.type().describe() + " | " + setting.meaning() + " |\n";
    }
}
