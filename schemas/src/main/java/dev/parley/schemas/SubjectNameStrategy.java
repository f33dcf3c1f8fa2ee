package dev.parley.schemas;

import java.util.Arrays;
import org.apache.avro.Schema;

/** Under which subject a schema is registered; Confluent's three. */
public enum SubjectNameStrategy {
    /** {@code <topic>-value} or {@code <topic>-key}: one schema a topic. The default. */
    TOPIC_NAME("TopicNameStrategy"),
    /** The record's full name, wherever it is used. */
    RECORD_NAME("RecordNameStrategy"),
    /** {@code <topic>-<record's full name>}. */
    TOPIC_RECORD_NAME("TopicRecordNameStrategy");

    private final String simpleName;

    SubjectNameStrategy(String simpleName) {
        this.simpleName = simpleName;
    }

    /** The strategy of Confluent's class name, with or without its package. */
    static SubjectNameStrategy named(String setting, String className) {
        String simple = className.substring(className.lastIndexOf('.') + 1);
        return Arrays.stream(values())
                .filter(s -> s.simpleName.equals(simple))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(setting + ": '" + className
                        + "' is unknown; use TopicNameStrategy, RecordNameStrategy or TopicRecordNameStrategy"));
    }

    String subject(String topic, boolean isKey, Schema schema) {
        return switch (this) {
            case TOPIC_NAME -> topic + (isKey ? "-key" : "-value");
            case RECORD_NAME -> schema.getFullName();
            case TOPIC_RECORD_NAME -> topic + "-" + schema.getFullName();
        };
    }
}
