package dev.parley.devstack.net;

import static org.awaitility.Awaitility.await;

import dev.parley.schemas.Topic;
import dev.parley.schemas.Topics;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.Network;
import org.testcontainers.containers.wait.strategy.Wait;

/**
 * The broker of docker-compose.yml, reachable from this process too, and at the same address after a restart. All tests of a run share one; it is gone with this
 * process.
 */
final class BrokerContainer {
    private static final Duration SLOW_MACHINE = Duration.ofMinutes(3);
    private static final BrokerContainer SHARED = new BrokerContainer();

    private final Network network = Network.newNetwork();
    private final int port = freePort();
    private final int portBehindProxy = freePort();
    private final int proxyPort = freePort();
    private final GenericContainer<?> container;
    private boolean started;

    private BrokerContainer() {
        Map<String, String> environment = StackFile.environment("kafka");
        environment.put("KAFKA_LISTENERS", "PLAINTEXT://:9092,HOST://:29092,PROXIED://:39092,CONTROLLER://:9093");
        environment.put(
                "KAFKA_ADVERTISED_LISTENERS",
                "PLAINTEXT://kafka:9092,HOST://127.0.0.1:" + port + ",PROXIED://127.0.0.1:" + proxyPort);
        environment.put(
                "KAFKA_LISTENER_SECURITY_PROTOCOL_MAP",
                "CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT,HOST:PLAINTEXT,PROXIED:PLAINTEXT");
        // Quick to come back rather than fast later.
        environment.put("KAFKA_HEAP_OPTS", "-Xmx384m");
        environment.put("KAFKA_OPTS", "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC");
        container = new GenericContainer<>(StackFile.image("kafka"))
                .withNetwork(network)
                .withNetworkAliases("kafka")
                .withEnv(environment)
                .withCommand(StackFile.command("kafka"))
                .waitingFor(Wait.forLogMessage(".*Kafka Server started.*", 1).withStartupTimeout(SLOW_MACHINE));
        container.setPortBindings(List.of("127.0.0.1:" + port + ":29092", "127.0.0.1:" + portBehindProxy + ":39092"));
    }

    static synchronized BrokerContainer shared() {
        if (!SHARED.started) {
            Runtime.getRuntime().addShutdownHook(new Thread(SHARED::remove));
            SHARED.container.start();
            SHARED.started = true;
        }
        return SHARED;
    }

    /** In which it is {@code kafka:9092}. */
    Network network() {
        return network;
    }

    /** Where clients of this host find it. */
    String bootstrap() {
        return "127.0.0.1:" + port;
    }

    /** Where it listens for those that a proxy at {@link #proxyPort} passes on; whoever comes here is sent to that port. */
    InetSocketAddress behindProxy() {
        return new InetSocketAddress("127.0.0.1", portBehindProxy);
    }

    int proxyPort() {
        return proxyPort;
    }

    /** The broker's process ends in good order and begins anew on the data that it had; for how long no client was answered. */
    Duration restart() {
        long gone = System.nanoTime();
        DockerClientFactory.lazyClient()
                .restartContainerCmd(container.getContainerId())
                .withTimeout(20)
                .exec();
        try (var admin = admin()) {
            await("the broker is back")
                    .atMost(SLOW_MACHINE)
                    .ignoreExceptions()
                    .until(() -> admin.describeCluster().nodes().get(2, TimeUnit.SECONDS), nodes -> !nodes.isEmpty());
        }
        return Duration.ofNanos(System.nanoTime() - gone);
    }

    /** Whatever an earlier test has left on Parley's topics goes, and the topics with it. */
    void withoutTopics() {
        Set<String> ours = Topics.ALL.stream().map(Topic::name).collect(Collectors.toCollection(HashSet::new));
        ours.add(Topics.DEAD_LETTERS);
        try (var admin = admin()) {
            ours.retainAll(admin.listTopics().names().get(30, TimeUnit.SECONDS));
            admin.deleteTopics(ours).all().get(30, TimeUnit.SECONDS);
            await("the topics are gone").atMost(SLOW_MACHINE).until(() -> {
                Set<String> left = new HashSet<>(admin.listTopics().names().get(30, TimeUnit.SECONDS));
                left.retainAll(ours);
                return left.isEmpty();
            });
        } catch (ExecutionException | java.util.concurrent.TimeoutException e) {
            throw new IllegalStateException("the topics cannot be deleted", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    Admin admin() {
        return Admin.create(Map.of("bootstrap.servers", bootstrap()));
    }

    private void remove() {
        container.stop();
        network.close();
    }

    static int freePort() {
        try (var socket = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
