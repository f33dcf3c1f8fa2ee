package dev.parley.schemas;

import org.apache.kafka.common.errors.SerializationException;
import org.jspecify.annotations.Nullable;

/**
 * A record that can never be read, however often one tries: it belongs in {@link Topics#DEAD_LETTERS}. A registry that does not
 * answer is another matter, see {@link SchemaRegistryException}.
 */
public final class UnusableRecord extends SerializationException {
    private static final long serialVersionUID = 1L;

    /** Why; bounded, so that it can be a metric's tag. */
    public enum Reason {
        /** No Confluent wire format: shorter than 5 bytes, or the first byte is not 0. */
        NOT_AVRO,
        /** The registry does not know the schema id. */
        UNKNOWN_SCHEMA,
        /** The writer's schema cannot be read as the topic's record. */
        INCOMPATIBLE,
        /** The bytes are not what the schema says: cut short, damaged, or too long. */
        DAMAGED
    }

    private final Reason reason;

    UnusableRecord(Reason reason, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.reason = reason;
    }

    public Reason reason() {
        return reason;
    }
}
