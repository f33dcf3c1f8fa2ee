package dev.parley.schemas;

import org.apache.kafka.common.errors.SerializationException;
import org.jspecify.annotations.Nullable;

/** The schema registry refused, or could not be asked. The message names the URL, the subject, the status and what to do. */
public final class SchemaRegistryException extends SerializationException {
    private static final long serialVersionUID = 1L;

    /** {@link #errorCode} of a registry that has no such schema. */
    public static final int SCHEMA_NOT_FOUND = 40403;

    /** {@link #errorCode} of a registry that has no such subject. */
    public static final int SUBJECT_NOT_FOUND = 40401;

    /** {@link #errorCode} of ours: the registry has the schema, but it is none of Avro's that we can read. */
    public static final int NO_AVRO_SCHEMA = 1;

    private final int status;
    private final int errorCode;

    SchemaRegistryException(String message, int status, int errorCode, @Nullable Throwable cause) {
        super(message, cause);
        this.status = status;
        this.errorCode = errorCode;
    }

    /** HTTP status of the answer; 0 where there was none. */
    public int status() {
        return status;
    }

    /** Confluent's error code, such as 40403; 0 where there was none. */
    public int errorCode() {
        return errorCode;
    }

    /** Whether asking again later may help: the registry was not reached, or was not well. */
    public boolean retriable() {
        return status == 0 || status == 408 || status == 429 || status >= 500;
    }
}
