package dev.parley.player.web;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;

/**
 * The address that this machine, or container, has towards another: where that one finds it again. So each of several players is fetched from by its own address,
 * and nobody has to write it down.
 */
public final class OwnAddress {
    private static final int ANY_PORT = 9;

    private OwnAddress() {}

    /**
     * Asks the system's routes; nothing is sent. When the other's name is not known (yet), it is the address that this host's own name stands for.
     *
     * @param other a server's address
     */
    public static InetAddress towards(URI other) {
        try (var socket = new DatagramSocket()) {
            socket.connect(new InetSocketAddress(InetAddress.getByName(other.getHost()), ANY_PORT));
            return socket.getLocalAddress();
        } catch (IOException e) {
            return ofThisHost();
        }
    }

    private static InetAddress ofThisHost() {
        try {
            return InetAddress.getLocalHost();
        } catch (IOException e) {
            return InetAddress.getLoopbackAddress();
        }
    }

    /** {@code http://address:port}, an IPv6 address in brackets. */
    public static String url(InetAddress address, int port) {
        var text = address.getHostAddress();
        int zone = text.indexOf('%');
        var bare = zone < 0 ? text : text.substring(0, zone);
        return "http://" + (bare.contains(":") ? "[" + bare + "]" : bare) + ":" + port;
    }
}
