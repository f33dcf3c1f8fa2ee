package dev.parley.devstack.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/**
 * A certificate for this machine's loopback address, made by keytool.
 *
 * @param keys PKCS12, with the private key
 * @param trusted PEM, for those who are to trust it
 */
record Certificate(Path keys, Path trusted) {
    static final String PASSWORD = "for-this-test-alone";

    static Certificate make(Path folder) throws Exception {
        Path keys = folder.resolve("keys.p12");
        Path trusted = folder.resolve("trusted.pem");
        List<String> store = List.of("-keystore", keys.toString(), "-storepass", PASSWORD, "-alias", "server");
        keytool(
                store,
                "-genkeypair",
                "-keyalg",
                "EC",
                "-dname",
                "CN=localhost",
                "-ext",
                "san=ip:127.0.0.1,dns:localhost",
                "-storetype",
                "PKCS12");
        keytool(store, "-exportcert", "-rfc", "-file", trusted.toString());
        return new Certificate(keys, trusted);
    }

    private static void keytool(List<String> store, String... words) throws Exception {
        var command = new java.util.ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
        command.addAll(List.of(words));
        command.addAll(store);
        var process = new ProcessBuilder(command).redirectErrorStream(true).start();
        var output = new String(process.getInputStream().readAllBytes());
        assertThat(process.waitFor()).as(output).isZero();
    }

    SSLContext server() throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(keys)) {
            store.load(in, PASSWORD.toCharArray());
        }
        KeyManagerFactory managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        managers.init(store, PASSWORD.toCharArray());
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(managers.getKeyManagers(), null, null);
        return context;
    }
}
