package dev.parley.schemas;

import java.nio.charset.StandardCharsets;
import org.apache.kafka.common.utils.Utils;

/** Where a call's records lie. */
public final class Partitions {
    private Partitions() {}

    /**
     * The partition of a call among {@code count}: murmur2 of the call id in UTF-8, which is what Kafka's default partitioner does
     * with a record keyed by the call id.
     */
    public static int of(String callId, int count) {
        return Utils.toPositive(Utils.murmur2(callId.getBytes(StandardCharsets.UTF_8))) % count;
    }
}
