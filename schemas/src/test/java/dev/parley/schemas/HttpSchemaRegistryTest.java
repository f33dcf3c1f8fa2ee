package dev.parley.schemas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.parley.records.Reply;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.apache.avro.Schema;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The client against a server that answers what each test wants. */
@Timeout(60)
class HttpSchemaRegistryTest {
    private static final String STRING = "{\"schema\":\"\\\"string\\\"\"}";

    private record Canned(int status, String body) {}

    private final List<HttpServer> servers = new ArrayList<>();
    private final List<String> asked = Collections.synchronizedList(new ArrayList<>());
    private final List<String> authorizations = Collections.synchronizedList(new ArrayList<>());

    @TempDir
    Path folder;

    @AfterEach
    void stop() {
        servers.forEach(s -> s.stop(0));
    }

    @Test
    void aSchemaIsAskedForOnce() throws IOException {
        try (SchemaRegistry registry = connect(Map.of(), serve("a", new Canned(200, STRING)))) {
            registry.byId(7);
            Schema again = registry.byId(7);

            assertThat(again).isEqualTo(Schema.create(Schema.Type.STRING));
            assertThat(asked).containsExactly("a GET /schemas/ids/7");
        }
    }

    @Test
    void anInstanceThatIsDownOrUnwellIsLeftForTheNextAndNotAskedFirstAgain() throws IOException {
        String unwell = serve("unwell", new Canned(503, "no leader"));
        String well = serve("well", new Canned(200, STRING));
        try (SchemaRegistry registry = connect(Map.of("max.retries", 0), closedPort(), unwell, well)) {
            registry.byId(1);
            registry.byId(2);

            assertThat(asked)
                    .containsExactly("unwell GET /schemas/ids/1", "well GET /schemas/ids/1", "well GET /schemas/ids/2");
        }
    }

    @Test
    void aRegistryThatComesBackInTimeIsWaitedFor() throws IOException {
        String url = serve("a", new Canned(500, "{}"), new Canned(429, "{}"), new Canned(200, "{\"id\":5}"));
        try (SchemaRegistry registry = connect(Map.of("retries.wait.ms", 5), url)) {
            assertThat(registry.register("a b/c", Schema.create(Schema.Type.STRING)))
                    .isEqualTo(5);
            assertThat(asked).hasSize(3).allMatch("a POST /subjects/a%20b%2Fc/versions"::equals);
        }
    }

    @Test
    void aRegistryThatStaysAwayIsGivenUpNamingItsAddress() throws IOException {
        String url = closedPort();
        try (SchemaRegistry registry = connect(Map.of("max.retries", 2, "retries.wait.ms", 1), url)) {
            assertThatThrownBy(() -> registry.byId(1))
                    .isInstanceOfSatisfying(
                            SchemaRegistryException.class,
                            e -> assertThat(e.retriable()).isTrue())
                    .hasMessageContainingAll(url, "schema id 1", "asked 3 times", "schema.registry.url");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "401|{\"error_code\":401,\"message\":\"Unauthorized\"}|basic.auth.user.info",
                "403|<html>no</html>|basic.auth.user.info",
                "404|<html>nothing here</html>|check schema.registry.url",
                "409|{\"error_code\":409,\"message\":\"incompatible\"}|no compatible next version",
                "422|{\"error_code\":42201,\"message\":\"Invalid\"}|42201",
                "301||check schema.registry.url",
                "200|<html>hello</html>|not as a schema registry does",
                "200|{}|holds no id"
            })
    void aRefusalIsToldAtOnceWithWhatToDo(int status, String body, String advice) throws IOException {
        String url = serve("a", new Canned(status, body == null ? "" : body));
        try (SchemaRegistry registry = connect(Map.of(), url)) {
            assertThatThrownBy(() -> registry.register("s", Schema.create(Schema.Type.STRING)))
                    .isInstanceOfSatisfying(
                            SchemaRegistryException.class,
                            e -> assertThat(e.retriable()).isFalse())
                    .hasMessageContaining("subject s")
                    .message()
                    .containsIgnoringCase(advice);
            assertThat(asked).hasSize(1);
        }
    }

    @Test
    void aSchemaThatIsNotAvroMakesTheRecordUnusable() throws IOException {
        String url = serve("a", new Canned(200, "{\"schemaType\":\"JSON\",\"schema\":\"{}\"}"));
        try (SchemaRegistry registry = connect(Map.of(), url)) {
            var deserializer = new AvroDeserializer<>(registry, Reply.class);

            assertThatThrownBy(() -> deserializer.deserialize("replies", new byte[] {0, 0, 0, 0, 9, 1}))
                    .isInstanceOfSatisfying(
                            UnusableRecord.class,
                            e -> assertThat(e.reason()).isEqualTo(UnusableRecord.Reason.INCOMPATIBLE))
                    .hasMessageContainingAll("replies", "schema id 9", "JSON");
        }
    }

    @Test
    void aRegistryThatIsAwayDoesNotMakeARecordUnusable() throws IOException {
        try (SchemaRegistry registry = connect(Map.of("max.retries", 0), closedPort())) {
            var deserializer = new AvroDeserializer<>(registry, Reply.class);

            assertThatThrownBy(() -> deserializer.deserialize("replies", new byte[] {0, 0, 0, 0, 9, 1}))
                    .isInstanceOf(SchemaRegistryException.class);
        }
    }

    @Test
    void userAndPasswordAreSentAsConfluentsSettingsSay() throws IOException {
        String url = serve("a", new Canned(200, STRING));
        String withUser = url.replace("http://", "http://us:pw@");
        connect(Map.of("basic.auth.credentials.source", "USER_INFO", "basic.auth.user.info", "us:pw"), url)
                .byId(1);
        connect(Map.of(), withUser).byId(1);
        connect(Map.of("bearer.auth.token", "t0ken"), url).byId(1);
        connect(Map.of(), url).byId(1);

        assertThat(authorizations).containsExactly("Basic dXM6cHc=", "Basic dXM6cHc=", "Bearer t0ken", "none");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "schema.registry.url|registry:8081|not the address of a schema registry",
                "schema.registry.url|ftp://registry|not the address of a schema registry",
                "basic.auth.credentials.source|USER_INFO|basic.auth.user.info",
                "basic.auth.credentials.source|KERBEROS|KERBEROS",
                "max.retries|many|whole number",
                "schema.registry.ssl.truststore.location|/nowhere.jks|/nowhere.jks",
                "value.subject.name.strategy|MyStrategy|TopicNameStrategy",
                "auto.register.schemas|maybe|true or false"
            })
    void aBadSettingIsNamed(String key, String value, String advice) {
        Map<String, Object> config = new HashMap<>(Map.of("schema.registry.url", "http://localhost:1"));
        config.put(key, value);

        assertThatThrownBy(() -> new AvroSerializer<>().configure(config, false))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContainingAll(key, advice);
    }

    @Test
    void aRegistryBehindTlsIsTrustedByItsTrustStoreAlone() throws Exception {
        Path store = folder.resolve("registry.p12");
        Process keytool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-alias",
                        "registry",
                        "-keyalg",
                        "EC",
                        "-dname",
                        "CN=localhost",
                        "-ext",
                        "san=dns:localhost",
                        "-storetype",
                        "PKCS12",
                        "-keystore",
                        store.toString(),
                        "-storepass",
                        "secret",
                        "-validity",
                        "2")
                .redirectErrorStream(true)
                .start();
        assertThat(keytool.waitFor()).isZero();
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(store)) {
            keys.load(in, "secret".toCharArray());
        }
        KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        factory.init(keys, "secret".toCharArray());
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(factory.getKeyManagers(), null, null);
        HttpsServer server = HttpsServer.create(new InetSocketAddress("localhost", 0), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(context));
        String url = "https://localhost:" + answer(server, "tls", new Canned(200, STRING));
        Map<String, Object> trust = Map.of(
                "schema.registry.ssl.truststore.location", store.toString(),
                "schema.registry.ssl.truststore.password", "secret",
                "schema.registry.ssl.truststore.type", "PKCS12");

        assertThat(connect(trust, url).byId(1)).isEqualTo(Schema.create(Schema.Type.STRING));
        assertThatThrownBy(() -> connect(Map.of("max.retries", 0), url).byId(1))
                .hasMessageContainingAll(url, "certification path");
    }

    private String serve(String name, Canned... answers) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0), 0);
        return "http://127.0.0.1:" + answer(server, name, answers);
    }

    /** Gives each answer once, the last one for ever. */
    private int answer(HttpServer server, String name, Canned... answers) {
        List<Canned> left = new ArrayList<>(List.of(answers));
        server.createContext("/", exchange -> {
            asked.add(name + " " + exchange.getRequestMethod() + " "
                    + exchange.getRequestURI().getRawPath());
            String authorization = exchange.getRequestHeaders().getFirst("Authorization");
            authorizations.add(authorization == null ? "none" : authorization);
            exchange.getRequestBody().readAllBytes();
            Canned canned = left.size() > 1 ? left.removeFirst() : left.getFirst();
            byte[] body = canned.body().getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(canned.status(), body.length == 0 ? -1 : body.length);
            if (body.length > 0) {
                exchange.getResponseBody().write(body);
            }
            exchange.close();
        });
        server.start();
        servers.add(server);
        return server.getAddress().getPort();
    }

    private static SchemaRegistry connect(Map<String, Object> settings, String... urls) {
        Map<String, Object> config = new HashMap<>(settings);
        config.put("schema.registry.url", String.join(", ", urls));
        return SchemaRegistry.connect(config);
    }

    private static String closedPort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            return "http://127.0.0.1:" + socket.getLocalPort();
        }
    }
}
