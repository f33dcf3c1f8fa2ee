package dev.parley.gateway;

import java.time.Duration;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * How somebody is called.
 *
 * @param pattern EXTENSION_ENDPOINT: the endpoint of an extension, which takes the place of {@code {}}
 * @param patience RING_SECONDS: so long it rings
 */
public record DialRules(String pattern, Duration patience) {
    private static final String EXTENSION = "{}";
    private static final Pattern CALLABLE = Pattern.compile("[0-9A-Za-z_+*#.@:;=-][0-9A-Za-z_+*#.@:;=/-]{0,127}");

    /** @param whom an extension, or with a slash an endpoint; empty when it can be neither */
    public Optional<String> endpoint(String whom) {
        if (!CALLABLE.matcher(whom).matches()) {
            return Optional.empty();
        }
        return Optional.of(whom.contains("/") ? whom : pattern.replace(EXTENSION, whom));
    }
}
