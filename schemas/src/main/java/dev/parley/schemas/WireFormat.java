package dev.parley.schemas;

import org.apache.avro.util.ClassSecurityValidator;
import org.apache.avro.util.ClassSecurityValidator.ClassSecurityPredicate;

/** Confluent's wire format: a byte 0, the schema's id in four bytes (big-endian), the record in Avro's binary encoding. */
final class WireFormat {
    static final byte MAGIC = 0;
    static final int HEADER_BYTES = 5;

    private static final String RECORDS = "dev.parley.records.";

    static {
        // Avro makes no object of a class that nobody vouched for. Whoever else has set a rule keeps it.
        ClassSecurityPredicate before = ClassSecurityValidator.getGlobal();
        ClassSecurityValidator.setGlobal(
                ClassSecurityValidator.composite(before, type -> type.getName().startsWith(RECORDS)));
    }

    private WireFormat() {}

    /** Has Avro trust the generated records, once in a process; call it before any are read. */
    static void trustRecords() {
        // The static initialiser has done it.
    }
}
