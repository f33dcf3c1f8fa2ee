package dev.parley.schemas;

import java.util.Map;

/**
 * How writers find their schema's id; Confluent's settings.
 *
 * @param autoRegister {@code auto.register.schemas} (true): register what is not registered yet
 * @param useLatest {@code use.latest.version} (false): use the subject's newest version, which must encode the same
 * @param strategy {@code value.subject.name.strategy} or {@code key.subject.name.strategy}
 */
record WriteSettings(boolean autoRegister, boolean useLatest, SubjectNameStrategy strategy) {
    static final WriteSettings DEFAULT = new WriteSettings(true, false, SubjectNameStrategy.TOPIC_NAME);

    static WriteSettings from(Map<String, ?> config, boolean isKey) {
        String strategy = isKey ? "key.subject.name.strategy" : "value.subject.name.strategy";
        Object named = config.get(strategy);
        return new WriteSettings(
                flag(config, "auto.register.schemas", true),
                flag(config, "use.latest.version", false),
                named == null
                        ? SubjectNameStrategy.TOPIC_NAME
                        : SubjectNameStrategy.named(
                                strategy, named instanceof Class<?> type ? type.getName() : named.toString()));
    }

    static boolean flag(Map<String, ?> config, String key, boolean otherwise) {
        Object value = config.get(key);
        if (value == null) {
            return otherwise;
        }
        return switch (value.toString().strip()) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new IllegalArgumentException(key + ": true or false was expected, not '" + value + "'");
        };
    }
}
