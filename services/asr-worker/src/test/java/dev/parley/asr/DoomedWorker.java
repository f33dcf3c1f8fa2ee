package dev.parley.asr;

import dev.parley.runtime.Metrics;
import dev.parley.runtime.ServiceContext;
import dev.parley.runtime.config.Settings;
import dev.parley.runtime.kafka.KafkaConnection;
import dev.parley.speech.Recognition;
import java.util.concurrent.CountDownLatch;

/** A worker in a process of its own whose recognitions never end: it is there to be killed. Says "working" when it has taken a chunk. */
final class DoomedWorker {
    private DoomedWorker() {}

    public static void main(String[] args) throws InterruptedException {
        Settings settings = Settings.from(System.getenv());
        KafkaConnection kafka = KafkaConnection.open(settings, Metrics.inMemory());
        kafka.awaitTopics(() -> true);
        CountDownLatch never = new CountDownLatch(1);
        var engine = FixedCostEngine.answering(speech -> {
            System.out.println("working");
            try {
                never.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return Recognition.NOTHING;
        });
        new AsrWorkerService(
                        new ServiceContext(settings, kafka.metrics(), kafka), AsrWorkerConfig.from(settings), engine)
                .start();
        never.await();
    }
}
