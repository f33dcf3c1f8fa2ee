package dev.parley.schemas;

import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificRecord;

/**
 * A topic and the one type of record that it carries.
 *
 * @param name the topic's name
 * @param type the record's generated class
 * @param kept how long records are kept
 * @param dealtOut how records are spread over partitions
 */
public record Topic<T extends SpecificRecord>(String name, Class<T> type, Kept kept, DealtOut dealtOut) {

    /** How long a topic keeps its records; {@link TopicOptions} says what short and long are. */
    public enum Kept {
        /** Sound: deleted after the short retention. */
        SHORT,
        /** What an audit needs: deleted after the long retention. */
        LONG,
        /** State: the newest record of each key, until a tombstone. */
        COMPACTED
    }

    /** How a topic's records are spread over partitions. */
    public enum DealtOut {
        /** By the call id; the same partition number as the call has in every other such topic. */
        BY_CALL,
        /** One partition, from which any worker takes any record (a share group). */
        WORK_QUEUE
    }

    static <T extends SpecificRecord> Topic<T> byCall(String name, Class<T> type, Kept kept) {
        return new Topic<>(name, type, kept, DealtOut.BY_CALL);
    }

    /** The schema that this build of Parley writes and reads. */
    public Schema schema() {
        return SpecificData.get().getSchema(type);
    }

    @Override
    public String toString() {
        return name;
    }
}
