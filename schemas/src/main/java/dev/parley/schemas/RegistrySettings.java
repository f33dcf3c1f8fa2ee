package dev.parley.schemas;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.config.types.Password;
import org.jspecify.annotations.Nullable;

/**
 * How to reach a registry; Confluent's client settings.
 *
 * @param urls of the registry's instances, without a trailing slash and without user and password
 * @param authorization the header's value; null for none
 * @param normalize {@code normalize.schemas}: the registry compares schemas in their normal form
 * @param connectTimeout {@code http.connect.timeout.ms}
 * @param readTimeout {@code http.read.timeout.ms}
 * @param retries {@code max.retries}: how often all instances are asked again
 * @param firstWait {@code retries.wait.ms}: before the first retry; doubles with each
 * @param longestWait {@code retries.max.wait.ms}
 */
record RegistrySettings(
        List<URI> urls,
        @Nullable String authorization,
        boolean normalize,
        Duration connectTimeout,
        Duration readTimeout,
        int retries,
        Duration firstWait,
        Duration longestWait) {

    static RegistrySettings from(Map<String, ?> config) {
        List<URI> given = urls(config);
        return new RegistrySettings(
                given.stream().map(RegistrySettings::withoutUser).toList(),
                authorization(config, given),
                WriteSettings.flag(config, "normalize.schemas", false),
                millis(config, "http.connect.timeout.ms", 5_000),
                millis(config, "http.read.timeout.ms", 10_000),
                (int) number(config, "max.retries", 3),
                millis(config, "retries.wait.ms", 200),
                millis(config, "retries.max.wait.ms", 5_000));
    }

    private static List<URI> urls(Map<String, ?> config) {
        List<URI> urls = new ArrayList<>();
        for (String text : text(config, "schema.registry.url").orElse("").split(",")) {
            String url = text.strip();
            try {
                URI uri = URI.create(url.endsWith("/") ? url.substring(0, url.length() - 1) : url);
                String scheme = String.valueOf(uri.getScheme()).toLowerCase(Locale.ROOT);
                if (uri.getHost() == null || !(scheme.equals("http") || scheme.equals("https"))) {
                    throw new IllegalArgumentException("no http:// or https:// and a host");
                }
                urls.add(uri);
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException(
                        "schema.registry.url: '" + url + "' is not the address of a schema registry, such as"
                                + " http://registry:8081 (several are separated by commas): " + e.getMessage(),
                        e);
            }
        }
        return urls;
    }

    private static URI withoutUser(URI url) {
        String user = url.getRawUserInfo();
        return user == null ? url : URI.create(url.toString().replace(user + "@", ""));
    }

    private static @Nullable String authorization(Map<String, ?> config, List<URI> urls) {
        Optional<String> token = text(config, "bearer.auth.token");
        if (token.isPresent()) {
            return "Bearer " + token.get();
        }
        String source = text(config, "basic.auth.credentials.source").orElse("URL");
        Optional<String> user =
                switch (source) {
                    case "URL" ->
                        urls.stream()
                                .map(URI::getUserInfo)
                                .filter(u -> u != null && !u.isEmpty())
                                .findFirst();
                    case "USER_INFO" ->
                        Optional.of(text(config, "basic.auth.user.info")
                                .or(() -> text(config, "schema.registry.basic.auth.user.info"))
                                .filter(u -> u.indexOf(':') > 0)
                                .orElseThrow(
                                        () -> new IllegalArgumentException("basic.auth.credentials.source is USER_INFO,"
                                                + " but basic.auth.user.info is not set to <user>:<password>")));
                    default ->
                        throw new IllegalArgumentException(
                                "basic.auth.credentials.source: '" + source + "' is unknown; use URL or USER_INFO");
                };
        return user.map(u -> "Basic " + Base64.getEncoder().encodeToString(u.getBytes(StandardCharsets.UTF_8)))
                .orElse(null);
    }

    private static Duration millis(Map<String, ?> config, String key, long otherwise) {
        return Duration.ofMillis(number(config, key, otherwise));
    }

    private static long number(Map<String, ?> config, String key, long otherwise) {
        Optional<String> text = text(config, key);
        if (text.isEmpty()) {
            return otherwise;
        }
        if (!text.get().matches("[0-9]{1,9}")) {
            throw new IllegalArgumentException(key + ": a whole number was expected, not '" + text.get() + "'");
        }
        return Long.parseLong(text.get());
    }

    static Optional<String> text(Map<String, ?> config, String key) {
        Object value = config.get(key);
        if (value == null) {
            return Optional.empty();
        }
        // Kafka hands passwords over in a wrapper that hides them from logs.
        String text = value instanceof Password secret ? secret.value() : value.toString();
        return text.isBlank() ? Optional.empty() : Optional.of(text.strip());
    }
}
