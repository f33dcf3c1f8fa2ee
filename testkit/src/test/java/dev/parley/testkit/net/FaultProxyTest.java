package dev.parley.testkit.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class FaultProxyTest {
    private ServerSocket echo;
    private FaultProxy proxy;

    @BeforeEach
    void startBoth() throws IOException {
        echo = new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1"));
        Thread.ofVirtual().start(() -> {
            while (!echo.isClosed()) {
                try {
                    Socket socket = echo.accept();
                    Thread.ofVirtual().start(() -> answer(socket));
                } catch (IOException e) {
                    return;
                }
            }
        });
        proxy = FaultProxy.start(0, new InetSocketAddress("127.0.0.1", echo.getLocalPort()), 42);
    }

    private static void answer(Socket socket) {
        try (socket) {
            socket.getInputStream().transferTo(socket.getOutputStream());
        } catch (IOException e) {
            // The other end was cut off.
        }
    }

    @AfterEach
    void stopBoth() throws IOException {
        proxy.close();
        echo.close();
    }

    private Socket connect() throws IOException {
        return new Socket("127.0.0.1", proxy.port());
    }

    @Test
    void what_goes_in_comes_out_in_order_however_it_is_delayed() throws Exception {
        // Given
        proxy.faults(new Faults(Duration.ofMillis(5), Duration.ZERO));
        byte[] sent = new byte[300_000];
        new Random(7).nextBytes(sent);

        // When
        byte[] received;
        try (Socket socket = connect()) {
            Thread.ofVirtual().start(() -> {
                try {
                    socket.getOutputStream().write(sent);
                    socket.shutdownOutput();
                } catch (IOException e) {
                    throw new IllegalStateException(e);
                }
            });
            received = socket.getInputStream().readAllBytes();
        }

        // Then
        assertThat(received).isEqualTo(sent);
        assertThat(proxy.cut()).isZero();
    }

    @Test
    void a_delay_holds_data_back() throws Exception {
        proxy.faults(new Faults(Duration.ofMillis(200), Duration.ZERO));
        try (Socket socket = connect()) {
            long start = System.nanoTime();
            for (int i = 0; i < 5; i++) {
                socket.getOutputStream().write(i);
                assertThat(socket.getInputStream().read()).isEqualTo(i);
            }

            // Eleven draws between 0 and 200 ms; without delays it is a few milliseconds.
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(Duration.ofMillis(300));
        }
    }

    @Test
    void a_connection_is_reset_now_and_then_and_a_new_one_gets_through() throws Exception {
        proxy.faults(new Faults(Duration.ZERO, Duration.ofMillis(50)));
        try (Socket socket = connect()) {
            assertThatThrownBy(() -> {
                        while (true) {
                            socket.getOutputStream().write(1);
                            if (socket.getInputStream().read() < 0) {
                                throw new IOException("the end");
                            }
                        }
                    })
                    .isInstanceOf(IOException.class);
        }
        proxy.faults(Faults.NONE);

        assertThat(proxy.cut()).isPositive();
        try (Socket again = connect()) {
            again.getOutputStream().write(9);
            assertThat(again.getInputStream().read()).isEqualTo(9);
        }
    }

    @Test
    void severed_nobody_gets_through_until_it_is_mended() throws Exception {
        try (Socket socket = connect()) {
            socket.getOutputStream().write(1);
            assertThat(socket.getInputStream().read()).isEqualTo(1);

            proxy.sever();

            assertThatThrownBy(() -> {
                        if (socket.getInputStream().read() < 0) {
                            throw new IOException("the end");
                        }
                    })
                    .isInstanceOf(IOException.class);
        }
        proxy.mend();
        await().atMost(Duration.ofSeconds(5)).ignoreExceptions().until(() -> {
            try (Socket again = connect()) {
                again.getOutputStream().write(9);
                return again.getInputStream().read() == 9;
            }
        });
    }
}
