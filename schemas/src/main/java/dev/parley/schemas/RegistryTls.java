package dev.parley.schemas;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/**
 * TLS towards a registry: {@code schema.registry.ssl.truststore.…} says whom to trust (JKS, PKCS12, or a PEM file of certificates),
 * {@code schema.registry.ssl.keystore.…} who we are. Without them the JDK's own trust store counts.
 */
final class RegistryTls {
    private static final String PREFIX = "schema.registry.ssl.";

    private RegistryTls() {}

    /** The context that these settings ask for; empty where they ask for none. */
    static Optional<SSLContext> context(Map<String, ?> config) {
        if (config.containsKey(PREFIX + "endpoint.identification.algorithm")
                && RegistrySettings.text(config, PREFIX + "endpoint.identification.algorithm")
                        .isEmpty()) {
            throw new IllegalArgumentException(PREFIX + "endpoint.identification.algorithm: the check of the registry's"
                    + " host name cannot be switched off; give the registry a certificate that holds its name");
        }
        Optional<KeyStore> trust = store(config, "truststore");
        Optional<KeyStore> key = store(config, "keystore");
        if (trust.isEmpty() && key.isEmpty()) {
            return Optional.empty();
        }
        try {
            KeyManager @Nullable [] keys = null;
            if (key.isPresent()) {
                KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
                factory.init(
                        key.get(),
                        RegistrySettings.text(config, PREFIX + "key.password")
                                .or(() -> RegistrySettings.text(config, PREFIX + "keystore.password"))
                                .orElse("")
                                .toCharArray());
                keys = factory.getKeyManagers();
            }
            TrustManager @Nullable [] trusted = null;
            if (trust.isPresent()) {
                TrustManagerFactory factory =
                        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
                factory.init(trust.get());
                trusted = factory.getTrustManagers();
            }
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keys, trusted, null);
            return Optional.of(context);
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException(PREFIX + "*: " + e.getMessage(), e);
        }
    }

    private static Optional<KeyStore> store(Map<String, ?> config, String which) {
        Optional<String> location = RegistrySettings.text(config, PREFIX + which + ".location");
        if (location.isEmpty()) {
            return Optional.empty();
        }
        Optional<String> password = RegistrySettings.text(config, PREFIX + which + ".password");
        String type = RegistrySettings.text(config, PREFIX + which + ".type")
                .orElse("JKS")
                .toUpperCase(Locale.ROOT);
        try (InputStream in = Files.newInputStream(Path.of(location.get()))) {
            if (type.equals("PEM")) {
                if (which.equals("keystore")) {
                    throw new IllegalArgumentException("a PEM key store is not supported, convert it to PKCS12");
                }
                return Optional.of(ofCertificates(in));
            }
            KeyStore store = KeyStore.getInstance(type);
            store.load(in, password.map(String::toCharArray).orElse(null));
            return Optional.of(store);
        } catch (IOException | GeneralSecurityException | IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    PREFIX + which + ".location: cannot read " + location.get() + " as " + type + ": " + e, e);
        }
    }

    private static KeyStore ofCertificates(InputStream pem) throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        int n = 0;
        for (Certificate certificate : CertificateFactory.getInstance("X.509").generateCertificates(pem)) {
            store.setCertificateEntry("certificate-" + n++, certificate);
        }
        return store;
    }
}
