package dev.parley.runtime.config;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Makes {@link Settings} of an environment: reads each value, compares those that depend on each other, and collects what is wrong. Used once, by one thread. */
final class SettingsReader {
    private final Map<String, String> environment;
    private final EnumMap<Setting, String> values = new EnumMap<>(Setting.class);
    private final List<String> problems = new ArrayList<>();

    SettingsReader(Map<String, String> environment) {
        this.environment = new TreeMap<>(environment);
    }

    Settings read() {
        for (var setting : Setting.values()) {
            given(setting.name()).ifPresent(value -> check(setting, setting.name(), value));
        }
        Setting.ALIASES.forEach(this::readAlias);
        Setting.RETIRED.stream()
                .filter(retired -> environment.containsKey(retired.name()))
                .forEach(retired -> problems.add(retired.name() + " " + retired.advice()));
        var clients = new ClientSettings(environment, problems);
        problems.addAll(new UnknownNames(environment.keySet(), environment).problems());
        if (problems.isEmpty()) {
            compare();
        }
        if (!problems.isEmpty()) {
            throw new BadSettings(problems);
        }
        return new Settings(environment, values, clients.kafka(), clients.schemaRegistry());
    }

    /** The value given under a name, or in the file that NAME_FILE names. A blank value is none, except that a text may be set to nothing. */
    private Optional<String> given(String name) {
        @Nullable String direct = environment.get(name);
        if (direct != null && (!direct.isBlank() || mayBeEmpty(name))) {
            return Optional.of(direct.strip());
        }
        return isSecret(name) ? FileValue.read(environment, name, problems) : Optional.empty();
    }

    private static boolean mayBeEmpty(String name) {
        return name.equals(Setting.GREETING.name());
    }

    private static boolean isSecret(String name) {
        return Names.setting(name)
                .filter(setting -> setting.type().kind() == SettingType.Kind.SECRET)
                .isPresent();
    }

    private void readAlias(Setting.Alias alias) {
        var setting = alias.setting();
        given(alias.name()).ifPresent(value -> {
            @Nullable String already = values.get(setting);
            if (already == null) {
                check(setting, alias.name(), value);
            } else if (!sameNumber(already, value)) {
                problems.add(alias.name() + "=" + value + " is the older name of " + setting + ", which is " + already
                        + ": remove one of the two");
            }
        });
    }

    private static boolean sameNumber(String one, String other) {
        try {
            return new BigDecimal(one).compareTo(new BigDecimal(other)) == 0;
        } catch (NumberFormatException e) {
            return one.equals(other);
        }
    }

    private void check(Setting setting, String name, String value) {
        var type = setting.type();
        @Nullable
        String problem =
                switch (type.kind()) {
                    case SECONDS, MILLIS, COUNT -> numberProblem(type, value);
                    case FLAG ->
                        value.equalsIgnoreCase("true") || value.equalsIgnoreCase("false")
                                ? null
                                : "is neither true nor false";
                    case CHOICE -> choiceProblem(setting, value);
                    case TEXT, SECRET -> null;
                };
        if (problem != null) {
            problems.add(name + "=" + value + " " + problem);
        }
        values.put(
                setting,
                type.kind() == SettingType.Kind.CHOICE || type.kind() == SettingType.Kind.FLAG
                        ? value.toLowerCase(Locale.ROOT)
                        : value);
    }

    private static @Nullable String numberProblem(SettingType type, String value) {
        BigDecimal number;
        try {
            number = new BigDecimal(value);
        } catch (NumberFormatException e) {
            return "is no number (" + type.describe() + ")";
        }
        if (type.kind() != SettingType.Kind.SECONDS
                && number.stripTrailingZeros().scale() > 0) {
            return "is no whole number (" + type.describe() + ")";
        }
        if (number.compareTo(BigDecimal.valueOf(type.min())) < 0
                || number.compareTo(BigDecimal.valueOf(type.max())) > 0) {
            return "is out of range (" + type.describe() + ")";
        }
        return null;
    }

    private static @Nullable String choiceProblem(Setting setting, String value) {
        if (setting.type().choices().contains(value.toLowerCase(Locale.ROOT))) {
            return null;
        }
        if (setting == Setting.ENDPOINTING && value.equalsIgnoreCase("adaptive")) {
            return "is to come with a later version; this one accepts "
                    + setting.type().describe();
        }
        return "is not accepted (" + setting.type().describe() + ")";
    }

    /** What is right by itself and cannot be together. */
    private void compare() {
        if (value(Setting.CHANNEL_MONITOR_INTERVAL) >= value(Setting.CALL_INACTIVITY_TIMEOUT)) {
            together(Setting.CHANNEL_MONITOR_INTERVAL, "must be less than", Setting.CALL_INACTIVITY_TIMEOUT);
        }
        if (value(Setting.CHUNK_OVERLAP_MS) / 1000 >= value(Setting.CHUNK_STREAMING_SECONDS) / 2) {
            together(Setting.CHUNK_OVERLAP_MS, "must be less than half of", Setting.CHUNK_STREAMING_SECONDS);
        }
        if (value(Setting.MAX_UTTERANCE_SECONDS) <= value(Setting.CHUNK_STREAMING_SECONDS)) {
            together(Setting.MAX_UTTERANCE_SECONDS, "must be more than", Setting.CHUNK_STREAMING_SECONDS);
        }
        if (value(Setting.VAD_MIN_RECORDING_TIME) > value(Setting.VAD_MAX_RECORDING_TIME)) {
            together(Setting.VAD_MIN_RECORDING_TIME, "must not be more than", Setting.VAD_MAX_RECORDING_TIME);
        }
        if (value(Setting.VAD_SILENCE_TIMEOUT) >= value(Setting.VAD_MAX_RECORDING_TIME)) {
            together(Setting.VAD_SILENCE_TIMEOUT, "must be less than", Setting.VAD_MAX_RECORDING_TIME);
        }
        if (value(Setting.BARGE_IN_SUSPECT_MS) > value(Setting.BARGE_IN_GUARD_MS)) {
            together(Setting.BARGE_IN_SUSPECT_MS, "must not be more than", Setting.BARGE_IN_GUARD_MS);
        }
        if (value(Setting.BARGE_IN_GUARD_MS) > value(Setting.BARGE_IN_STOP_MS)) {
            together(Setting.BARGE_IN_GUARD_MS, "must not be more than", Setting.BARGE_IN_STOP_MS);
        }
        if (value(Setting.FILLER_DELAY_MS) / 1000 >= value(Setting.REPLY_DEADLINE)) {
            together(Setting.FILLER_DELAY_MS, "must be less than", Setting.REPLY_DEADLINE);
        }
        if (value(Setting.MAX_CALL_SECONDS) <= value(Setting.MAX_UTTERANCE_SECONDS)) {
            together(Setting.MAX_CALL_SECONDS, "must be more than", Setting.MAX_UTTERANCE_SECONDS);
        }
    }

    private double value(Setting setting) {
        return Double.parseDouble(text(setting));
    }

    private String text(Setting setting) {
        return Optional.ofNullable(values.get(setting)).or(setting::byDefault).orElseThrow();
    }

    private void together(Setting one, String relation, Setting other) {
        problems.add(one + "=" + text(one) + " " + relation + " " + other + "=" + text(other));
    }
}
