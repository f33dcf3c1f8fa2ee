package dev.parley.runtime.kafka;

import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.FencedMemberEpochException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.StaleMemberEpochException;
import org.apache.kafka.common.errors.UnknownMemberIdException;

/** Which failures of a consumer in a group pass by themselves. */
final class PassingFailure {
    private PassingFailure() {}

    /**
     * Whether the next poll may succeed. A member that the group has thrown out, since it was not heard of for a session time-out, may be told so by whatever it asks
     * next; the consumer joins again by itself, and tells of the partitions that it has lost.
     */
    static boolean is(KafkaException failure) {
        return failure instanceof RetriableException
                || failure instanceof UnknownMemberIdException
                || failure instanceof FencedMemberEpochException
                || failure instanceof StaleMemberEpochException;
    }
}
