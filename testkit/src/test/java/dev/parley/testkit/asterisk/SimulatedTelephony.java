package dev.parley.testkit.asterisk;

import dev.parley.testkit.line.PhoneCall;
import io.vertx.core.json.JsonObject;
import java.net.InetAddress;
import java.net.URI;
import java.time.Duration;

/** The simulated Asterisk, one for each test. */
record SimulatedTelephony(SimulatedAsterisk asterisk) implements Telephony {
    SimulatedTelephony() {
        this(SimulatedAsterisk.start(0, "parley"));
        asterisk.addExtension("phones", "600");
        asterisk.addPhone("Local/600@phones").answersAfter(Duration.ZERO);
    }

    @Override
    public URI http() {
        return asterisk.uri();
    }

    @Override
    public String credentials() {
        return SimulatedAsterisk.USER + ":" + SimulatedAsterisk.PASSWORD;
    }

    @Override
    public InetAddress ownAddress() {
        return InetAddress.getLoopbackAddress();
    }

    @Override
    public SimulatedCall dial() {
        return asterisk.dial("+15551234", "100", "en");
    }

    @Override
    public boolean isChannelOf(PhoneCall call, JsonObject channel) {
        return call.name().equals(channel.getString("id"));
    }

    @Override
    public void awaitAnswer(PhoneCall call) {}

    @Override
    public boolean isAppConnected() {
        return asterisk.isAppConnected();
    }

    @Override
    public String waitingExtension() {
        return "context=phones&extension=600";
    }

    @Override
    public String answeringEndpoint() {
        return "Local/600@phones";
    }

    @Override
    public void close() {
        asterisk.close();
    }
}
