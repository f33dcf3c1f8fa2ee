package dev.parley.devstack.net;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.wait.strategy.Wait;

/** The schema registry of docker-compose.yml, at the same address after a restart. */
final class RegistryContainer implements AutoCloseable {
    private static final Duration SLOW_MACHINE = Duration.ofMinutes(3);

    private final HttpClient http = HttpClient.newHttpClient();
    private final int port = BrokerContainer.freePort();
    private final GenericContainer<?> container;

    /** @param broker in which it keeps its schemas */
    RegistryContainer(BrokerContainer broker) {
        var environment = StackFile.environment("registry");
        environment.put("JAVA_TOOL_OPTIONS", "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC");
        container = new GenericContainer<>(StackFile.image("registry"))
                .withNetwork(broker.network())
                .withEnv(environment)
                .waitingFor(Wait.forLogMessage(".*Listening on.*", 1).withStartupTimeout(SLOW_MACHINE));
        container.setPortBindings(List.of("127.0.0.1:" + port + ":8080"));
        container.start();
    }

    /** Its API that is Confluent's. */
    String url() {
        return "http://127.0.0.1:" + port + "/apis/ccompat/v7";
    }

    /** What it answers, whatever the status. */
    String ask(String path) throws IOException, InterruptedException {
        return http.send(HttpRequest.newBuilder(URI.create(url() + path)).build(), BodyHandlers.ofString())
                .body();
    }

    /** @param subject that it knows; once it is known again, the registry is back */
    void restart(String subject) {
        DockerClientFactory.lazyClient()
                .restartContainerCmd(container.getContainerId())
                .withTimeout(5)
                .exec();
        await("the registry is back")
                .atMost(SLOW_MACHINE)
                .ignoreExceptions()
                .until(() -> ask("/subjects").contains("\"" + subject + "\""));
    }

    @Override
    public void close() {
        container.stop();
        http.close();
    }
}
