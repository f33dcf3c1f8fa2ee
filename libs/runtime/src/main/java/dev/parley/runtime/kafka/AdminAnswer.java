package dev.parley.runtime.kafka;

import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.errors.InterruptException;

/** Waits for what Kafka's admin client was asked, and throws what Kafka says as what it is. */
final class AdminAnswer {
    private static final Duration WITHIN = Duration.ofSeconds(10);

    private AdminAnswer() {}

    /**
     * The answer.
     *
     * @throws org.apache.kafka.common.errors.TimeoutException after 10 s
     * @throws KafkaException as Kafka answered
     */
    static <T> T of(KafkaFuture<T> future) {
        try {
            return future.get(WITHIN.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof KafkaException kafka ? kafka : new KafkaException(e.getCause());
        } catch (TimeoutException e) {
            throw new org.apache.kafka.common.errors.TimeoutException(
                    "No answer within " + WITHIN.toSeconds() + " s", e);
        } catch (InterruptedException e) {
            throw new InterruptException(e);
        }
    }
}
