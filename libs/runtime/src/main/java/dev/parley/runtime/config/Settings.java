package dev.parley.runtime.config;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The settings that a process runs with: typed, checked, immutable. Made once at start from the environment; tests and the all-in-one make them from a map of the
 * same names.
 */
public final class Settings {
    private final Map<String, String> given;
    private final EnumMap<Setting, String> values;
    private final Map<String, String> kafka;
    private final Map<String, String> schemaRegistry;

    Settings(
            Map<String, String> given,
            EnumMap<Setting, String> values,
            Map<String, String> kafka,
            Map<String, String> schemaRegistry) {
        this.given = Map.copyOf(given);
        this.values = values;
        this.kafka = Map.copyOf(kafka);
        this.schemaRegistry = Map.copyOf(schemaRegistry);
    }

    /**
     * Reads and checks everything at once. Names that are none of Parley's business are ignored; names that look like a setting and are none are not.
     *
     * @throws BadSettings with every problem there is
     */
    public static Settings from(Map<String, String> environment) {
        return new SettingsReader(environment).read();
    }

    /**
     * The settings of this process. No service reads the environment in another way.
     *
     * @throws BadSettings with every problem there is
     */
    public static Settings ofThisProcess() {
        return from(System.getenv());
    }

    /** These settings, with some others in their place; checked anew. */
    public Settings with(Map<String, String> others) {
        var all = new HashMap<>(given);
        all.putAll(others);
        return from(all);
    }

    /** A setting in seconds or milliseconds. */
    public Duration seconds(Setting setting) {
        return duration(setting);
    }

    /** A setting in milliseconds or seconds, as whole milliseconds. */
    public int millis(Setting setting) {
        return Math.toIntExact(duration(setting).toMillis());
    }

    /** A setting in seconds or milliseconds. */
    public Duration duration(Setting setting) {
        var value = new BigDecimal(text(setting));
        return switch (setting.type().kind()) {
            case SECONDS -> Duration.ofNanos(value.movePointRight(9).longValue());
            case MILLIS -> Duration.ofMillis(value.longValue());
            default -> throw new IllegalArgumentException(setting + " is no length of time");
        };
    }

    public int integer(Setting setting) {
        return new BigDecimal(text(setting)).intValueExact();
    }

    /** A number in the setting's own unit. */
    public double number(Setting setting) {
        return Double.parseDouble(text(setting));
    }

    public boolean flag(Setting setting) {
        return Boolean.parseBoolean(text(setting));
    }

    /**
     * The value as text.
     *
     * @throws BadSettings when it is not set and has no default
     */
    public String text(Setting setting) {
        return optional(setting).orElseThrow(() -> new BadSettings(setting, "is not set: " + setting.meaning()));
    }

    /** The value as text; empty when it is not set and has no default. */
    public Optional<String> optional(Setting setting) {
        @Nullable String value = values.get(setting);
        return value == null ? setting.byDefault() : Optional.of(value);
    }

    /**
     * Checks that these are set; a service calls it with what it cannot run without.
     *
     * @throws BadSettings naming all that are missing
     */
    public void require(Setting... needed) {
        List<String> missing = new ArrayList<>();
        for (var setting : needed) {
            if (optional(setting).filter(value -> !value.isEmpty()).isEmpty()) {
                missing.add(setting + " is not set: " + setting.meaning());
            }
        }
        if (!missing.isEmpty()) {
            throw new BadSettings(missing);
        }
    }

    /** What {@code KAFKA_*} says, by Kafka's own names: {@code bootstrap.servers}, {@code security.protocol}. */
    public Map<String, String> kafka() {
        return kafka;
    }

    /** What {@code SCHEMA_REGISTRY_*} says, by Confluent's names: {@code schema.registry.url}, {@code basic.auth.user.info}, {@code auto.register.schemas}. */
    public Map<String, String> schemaRegistry() {
        return schemaRegistry;
    }

    /** What differs from the defaults, by name and without secrets, for the log at start. */
    public String summary() {
        List<String> lines = new ArrayList<>();
        values.forEach((setting, value) -> {
            if (!setting.byDefault().equals(Optional.of(value))) {
                lines.add(setting + "=" + (setting.type().kind() == SettingType.Kind.SECRET ? "***" : value));
            }
        });
        return String.join(" ", lines);
    }

    @Override
    public String toString() {
        return "Settings[" + summary() + "]";
    }
}
