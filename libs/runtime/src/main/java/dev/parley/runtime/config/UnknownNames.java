package dev.parley.runtime.config;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Finds the names that someone meant as a setting of Parley and that are none: every unknown name of its families ({@code VAD_…}), and near misses of a known name
 * ({@code PREFTCH_MIN_CHARS}). A misspelt setting would otherwise do nothing, in silence.
 *
 * <p>What Kubernetes and Docker put beside a service by themselves ({@code TTS_PLAYER_SERVICE_HOST}, {@code TTS_PLAYER_PORT=tcp://…}) is nobody's setting and ignored.
 */
final class UnknownNames {
    private static final List<String> FAMILIES = List.of(
            "VAD_",
            "SPEECH_",
            "INPUT_",
            "BARGE_IN_",
            "CHUNK_",
            "ASR_",
            "TTS_",
            "AGENT_",
            "ARI_",
            "ASTERISK_",
            "ENDPOINTING",
            "PREFETCH_",
            "FILLER_",
            "CALL_",
            "CHANNEL_",
            "TOPIC_",
            "SPECULATION_",
            "USE_SOFT_");

    private static final Pattern INJECTED =
            Pattern.compile(".*_SERVICE_(HOST|PORT(_.*)?)|.*_PORT_\\d+_(TCP|UDP)(_(PROTO|PORT|ADDR))?|.*_ENV_.*");

    private final Set<String> names;
    private final Map<String, String> environment;
    private final Set<String> known = Names.all().collect(Collectors.toUnmodifiableSet());

    UnknownNames(Set<String> names, Map<String, String> environment) {
        this.names = names;
        this.environment = environment;
    }

    List<String> problems() {
        return names.stream()
                .filter(name -> !known.contains(name) && !retired(name) && !injected(name, environment))
                .flatMap(name -> problem(name).stream())
                .toList();
    }

    private static boolean retired(String name) {
        return Setting.RETIRED.stream().anyMatch(retired -> retired.name().equals(name));
    }

    static boolean injected(String name, Map<String, String> environment) {
        return INJECTED.matcher(name).matches()
                || (name.endsWith("_PORT") && environment.getOrDefault(name, "").matches("(tcp|udp)://.*"));
    }

    private static Optional<String> problem(String name) {
        boolean ofOurs = FAMILIES.stream().anyMatch(name.toUpperCase(Locale.ROOT)::startsWith);
        int slips = ofOurs ? Math.max(3, name.length() / 5) : name.length() < 10 ? 1 : 2;
        var meant = Names.nearest(name, Names.all(), slips);
        if (meant.isPresent()) {
            return Optional.of(name + " is no setting; did you mean " + meant.get() + "?");
        }
        return ofOurs ? Optional.of(name + " is no setting; docs/settings.md lists them all") : Optional.empty();
    }
}
