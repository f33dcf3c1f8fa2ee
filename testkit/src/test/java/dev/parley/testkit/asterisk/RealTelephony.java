package dev.parley.testkit.asterisk;

import static org.awaitility.Awaitility.await;

import dev.parley.testkit.line.PhoneCall;
import dev.parley.testkit.sip.SipCall;
import dev.parley.testkit.sip.SipPhone;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramSocket;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.UUID;

/**
 * Asterisk itself, as {@code deploy/asterisk} makes it, and a SIP phone. All tests of a run share one; each leaves it as it found it
 * ({@link Lab#close}). It is gone with this process.
 */
final class RealTelephony implements Telephony {
    private static final RealTelephony SHARED = new RealTelephony();

    private final String password = UUID.randomUUID().toString();
    private final String container =
            "parley-contract-" + UUID.randomUUID().toString().substring(0, 8);
    private String address = "";

    private RealTelephony() {}

    static synchronized RealTelephony shared() {
        if (SHARED.address.isEmpty()) {
            SHARED.start();
        }
        return SHARED;
    }

    /** {@code docker rm} of what may be gone already, when this process ends. */
    private void start() {
        String image =
                Docker.run("build", "-q", folder().toString()).lines().toList().getLast();
        Runtime.getRuntime().addShutdownHook(new Thread(() -> Docker.run("rm", "-f", container)));
        Docker.run(
                "run",
                "-d",
                "--rm",
                "--name",
                container,
                "--read-only",
                "--cap-drop",
                "ALL",
                "--tmpfs",
                "/run/asterisk",
                "--tmpfs",
                "/var/spool/asterisk",
                "-e",
                "ARI_PASSWORD=" + password,
                "-e",
                "SIP_ALICE_PASSWORD=" + password,
                "-e",
                "SIP_BOB_PASSWORD=" + password,
                image);
        address = Docker.run("inspect", "-f", "{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}", container);
        await().atMost(Duration.ofMinutes(2)).ignoreExceptions().until(() -> {
            HttpURLConnection ping =
                    (HttpURLConnection) URI.create(http() + "/ari/asterisk/ping?api_key=" + credentials())
                            .toURL()
                            .openConnection();
            return ping.getResponseCode() == 200;
        });
        await().atMost(Duration.ofMinutes(1))
                .until(() -> Docker.run("exec", container, "asterisk", "-rx", "core waitfullybooted")
                        .contains("fully booted"));
    }

    private static Path folder() {
        for (Path place = Path.of("").toAbsolutePath(); place != null; place = place.getParent()) {
            if (Files.exists(place.resolve("deploy/asterisk/Dockerfile"))) {
                return place.resolve("deploy/asterisk");
            }
        }
        throw new IllegalStateException(
                "there is no deploy/asterisk above " + Path.of("").toAbsolutePath());
    }

    /** What a command of Asterisk's console prints. */
    String console(String command) {
        return Docker.run("exec", container, "asterisk", "-rx", command);
    }

    private SipPhone phone() {
        return new SipPhone(new InetSocketAddress(address, 5060), "alice", password);
    }

    @Override
    public URI http() {
        return URI.create("http://" + address + ":8088");
    }

    @Override
    public String credentials() {
        return "parley:" + password;
    }

    @Override
    public InetAddress ownAddress() {
        try (DatagramSocket probe = new DatagramSocket()) {
            probe.connect(new InetSocketAddress(address, 5060));
            return probe.getLocalAddress();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public SipCall dial() {
        return phone().ring("100");
    }

    @Override
    public boolean isChannelOf(PhoneCall call, JsonObject channel) {
        return call instanceof SipCall sip && sip.callId().equals(channel.getString("protocol_id"));
    }

    @Override
    public void awaitAnswer(PhoneCall call) throws InterruptedException {
        if (call instanceof SipCall sip) {
            sip.awaitAnswer(Duration.ofSeconds(30));
        }
    }

    @Override
    public boolean isAppConnected() {
        return console("ari show websocket sessions").lines().anyMatch(line -> line.matches(".* Up +parley *"));
    }

    @Override
    public String waitingExtension() {
        return "context=phones&extension=600";
    }

    @Override
    public String answeringEndpoint() {
        return "Local/600@phones";
    }

    /** It is shared: a test only leaves it. */
    @Override
    public void close() {}
}
