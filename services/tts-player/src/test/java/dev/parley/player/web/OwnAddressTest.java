package dev.parley.player.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import org.junit.jupiter.api.Test;

class OwnAddressTest {
    @Test
    void towards_an_asterisk_on_this_machine_it_is_the_loopback_address() {
        assertThat(OwnAddress.towards(URI.create("http://127.0.0.1:8088")).isLoopbackAddress())
                .isTrue();
    }

    @Test
    void an_asterisk_whose_name_is_not_known_yet_is_no_reason_not_to_start() {
        assertThat(OwnAddress.towards(URI.create("http://no-such-host.invalid:8088")))
                .isNotNull();
    }

    @Test
    void an_ipv6_address_stands_in_brackets_and_without_its_zone() throws UnknownHostException {
        assertThat(OwnAddress.url(InetAddress.getByName("::1"), 8090)).isEqualTo("http://[0:0:0:0:0:0:0:1]:8090");
        assertThat(OwnAddress.url(InetAddress.getByName("192.0.2.7"), 8090)).isEqualTo("http://192.0.2.7:8090");
    }
}
