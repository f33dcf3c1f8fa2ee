package dev.parley.runtime.config;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** The names that Parley knows, and which of them someone may have meant. */
final class Names {
    private static final Map<String, Setting> SETTINGS = new LinkedHashMap<>();

    static {
        Arrays.stream(Setting.values()).forEach(setting -> SETTINGS.put(setting.name(), setting));
    }

    private Names() {}

    static Optional<Setting> setting(String name) {
        return Optional.ofNullable(SETTINGS.get(name));
    }

    /** Every name that may stand in an environment, aliases and names of files with secrets included. */
    static Stream<String> all() {
        return Stream.of(
                        SETTINGS.keySet().stream(),
                        SETTINGS.values().stream()
                                .filter(setting -> setting.type().kind() == SettingType.Kind.SECRET)
                                .map(setting -> setting + FileValue.SUFFIX),
                        Setting.ALIASES.stream().map(Setting.Alias::name))
                .flatMap(names -> names);
    }

    /** The candidate that is fewest slips of the pen away from a name, if it is at most {@code slips}. */
    static Optional<String> nearest(String name, Stream<String> candidates, int slips) {
        var wanted = name.toUpperCase(Locale.ROOT);
        record Near(String name, int distance) {}
        return candidates
                .map(candidate -> new Near(candidate, distance(wanted, candidate.toUpperCase(Locale.ROOT))))
                .filter(near -> near.distance() <= slips)
                .min(java.util.Comparator.comparingInt(Near::distance))
                .map(Near::name);
    }

    /** Letters to add, remove, replace or swap with their neighbour (optimal string alignment). */
    static int distance(String a, String b) {
        var d = new int[a.length() + 1][b.length() + 1];
        for (int i = 0; i <= a.length(); i++) {
            for (int j = 0; j <= b.length(); j++) {
                if (i == 0 || j == 0) {
                    d[i][j] = i + j;
                    continue;
                }
                int replaced = d[i - 1][j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                d[i][j] = Math.min(replaced, Math.min(d[i - 1][j], d[i][j - 1]) + 1);
                if (i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1)) {
                    d[i][j] = Math.min(d[i][j], d[i - 2][j - 2] + 1);
                }
            }
        }
        return d[a.length()][b.length()];
    }
}
