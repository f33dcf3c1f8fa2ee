package dev.parley.runtime.config;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What values a {@link Setting} takes: its kind, its range or its choices, and its default.
 *
 * @param kind how the text is read
 * @param byDefault the value where none is given, as one would write it; null where there is none
 * @param min the least value, in the kind's unit; for numbers only
 * @param max the greatest value, in the kind's unit; for numbers only
 * @param choices the words that are accepted; empty for every other kind
 */
record SettingType(Kind kind, @Nullable String byDefault, double min, double max, List<String> choices) {

    /** How a value is written, and in which unit. */
    enum Kind {
        SECONDS("seconds"),
        MILLIS("milliseconds"),
        COUNT(""),
        FLAG("true or false"),
        TEXT("text"),
        SECRET("text, secret"),
        CHOICE("");

        private final String unit;

        Kind(String unit) {
            this.unit = unit;
        }

        boolean isNumber() {
            return this == SECONDS || this == MILLIS || this == COUNT;
        }
    }

    static SettingType seconds(String byDefault, double min, double max) {
        return new SettingType(Kind.SECONDS, byDefault, min, max, List.of());
    }

    static SettingType millis(int byDefault, int min, int max) {
        return new SettingType(Kind.MILLIS, Integer.toString(byDefault), min, max, List.of());
    }

    static SettingType count(int byDefault, int min, int max) {
        return new SettingType(Kind.COUNT, Integer.toString(byDefault), min, max, List.of());
    }

    static SettingType flag(boolean byDefault) {
        return new SettingType(Kind.FLAG, Boolean.toString(byDefault), 0, 0, List.of());
    }

    static SettingType text(@Nullable String byDefault) {
        return new SettingType(Kind.TEXT, byDefault, 0, 0, List.of());
    }

    static SettingType secret() {
        return new SettingType(Kind.SECRET, null, 0, 0, List.of());
    }

    /** The first word is the default. */
    static SettingType oneOf(String... words) {
        return new SettingType(Kind.CHOICE, words[0], 0, 0, List.of(words));
    }

    /** For people: {@code seconds, 0.2 to 10}, {@code silence}, {@code share or group}. */
    String describe() {
        if (kind == Kind.CHOICE) {
            return String.join(" or ", choices);
        }
        if (!kind.isNumber()) {
            return kind.unit;
        }
        var range = plain(min) + " to " + plain(max);
        return kind.unit.isEmpty() ? range : kind.unit + ", " + range;
    }

    static String plain(double value) {
        return value == Math.rint(value) ? Long.toString((long) value) : Double.toString(value);
    }
}
