package dev.parley.runtime.config;

import java.net.URI;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads ASTERISK_URLS: where each Asterisk is, by the name that its calls bear. */
public final class AsteriskUrls {
    private AsteriskUrls() {}

    /**
     * The Asterisks by name; empty where ASTERISK_URLS is not set, and there is but one, at ASTERISK_URL.
     *
     * @throws BadSettings for what is not {@code name=url,name=url}
     */
    public static Map<String, URI> of(Settings settings) {
        Map<String, URI> urls = new LinkedHashMap<>();
        settings.optional(Setting.ASTERISK_URLS).ifPresent(text -> {
            for (String entry : text.split(",", -1)) {
                int equals = entry.indexOf('=');
                String name = equals < 0 ? "" : entry.substring(0, equals).strip();
                if (name.isEmpty() || name.contains("~") || urls.containsKey(name)) {
                    throw bad(entry);
                }
                try {
                    urls.put(name, URI.create(entry.substring(equals + 1).strip()));
                } catch (IllegalArgumentException e) {
                    throw bad(entry);
                }
            }
        });
        return urls;
    }

    private static BadSettings bad(String entry) {
        return new BadSettings(
                List.of(
                        "ASTERISK_URLS: '" + entry
                                + "' is not name=url, or names an Asterisk twice; it looks like pbx1=http://pbx1:8088,pbx2=http://pbx2:8088"));
    }
}
