package dev.parley.testkit.asterisk;

import dev.parley.testkit.sip.SipPhone;
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
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;

/**
 * Asterisk itself, as {@code deploy/asterisk} makes it, for tests. All tests of a run share one; each leaves it as it found it. It is
 * gone with this process.
 */
public final class AsteriskContainer {
    private static final AsteriskContainer SHARED = new AsteriskContainer();
    private static final long POLL_NANOS = 100_000_000;

    private final String password = UUID.randomUUID().toString();
    private final String container =
            "parley-contract-" + UUID.randomUUID().toString().substring(0, 8);
    private String address = "";

    private AsteriskContainer() {}

    /** Whether it can be had here: it needs Docker. */
    public static boolean isPossible() {
        return Docker.isThere();
    }

    /** The one of this process; comes back when it is up. */
    public static synchronized AsteriskContainer shared() {
        if (SHARED.address.isEmpty()) {
            SHARED.start();
        }
        return SHARED;
    }

    private void start() {
        String image =
                Docker.run("build", "-q", folder().toString()).lines().toList().getLast();
        // What may be gone already when this process ends.
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
        await(Duration.ofMinutes(2), () -> {
            HttpURLConnection ping =
                    (HttpURLConnection) URI.create(http() + "/ari/asterisk/ping?api_key=" + user() + ":" + password)
                            .toURL()
                            .openConnection();
            return ping.getResponseCode() == 200;
        });
        await(Duration.ofMinutes(1), () -> console("core waitfullybooted").contains("fully booted"));
    }

    private static void await(Duration atMost, Callable<Boolean> condition) {
        long deadline = System.nanoTime() + atMost.toNanos();
        Exception last = null;
        while (System.nanoTime() - deadline < 0) {
            try {
                if (condition.call()) {
                    return;
                }
            } catch (Exception e) {
                last = e;
            }
            LockSupport.parkNanos(POLL_NANOS);
        }
        throw new IllegalStateException("Asterisk is not up after " + atMost, last);
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

    /** Where ARI and the media websockets are. */
    public URI http() {
        return URI.create("http://" + address + ":8088");
    }

    /** ARI's user. */
    public String user() {
        return "parley";
    }

    /** ARI's password, and that of the phones. */
    public String password() {
        return password;
    }

    /** What a command of Asterisk's console prints. */
    public String console(String command) {
        return Docker.run("exec", container, "asterisk", "-rx", command);
    }

    /** A new phone, alice's. */
    public SipPhone phone() {
        return new SipPhone(sip(), "alice", password);
    }

    /** The address of this machine at which Asterisk reaches it. */
    public InetAddress ownAddress() {
        try (DatagramSocket probe = new DatagramSocket()) {
            probe.connect(sip());
            return probe.getLocalAddress();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private InetSocketAddress sip() {
        return new InetSocketAddress(address, 5060);
    }
}
