package dev.parley.testkit.asterisk;

import dev.parley.testkit.line.PhoneCall;
import io.vertx.core.json.JsonObject;
import java.net.InetAddress;
import java.net.URI;

/** An Asterisk and a phone on it, as far as the tests of ARI's contract need them: the simulated one, or a real one. */
interface Telephony extends AutoCloseable {
    /** Where ARI and the media websockets are, such as {@code http://127.0.0.1:8088}. */
    URI http();

    /** {@code user:password} of ARI. */
    String credentials();

    /** The address of this machine at which Asterisk fetches sounds. */
    InetAddress ownAddress();

    /** Calls the bot's extension 100; comes back before anybody has answered. */
    PhoneCall dial();

    /** Whether ARI's description of a channel is that of a call. */
    boolean isChannelOf(PhoneCall call, JsonObject channel);

    /** Waits until the phone knows that its call was answered. */
    void awaitAnswer(PhoneCall call) throws InterruptedException;

    /** Whether somebody's events websocket is connected for the application "parley". */
    boolean isAppConnected();

    /** An extension of the dialplan, {@code context=…&extension=…}, at which a call stays alive outside of the application. */
    String waitingExtension();

    /** An endpoint that ARI can originate to, and that answers by itself. */
    String answeringEndpoint();

    @Override
    void close();
}
