package dev.parley.testkit.asterisk;

import dev.parley.testkit.line.PhoneCall;
import dev.parley.testkit.sip.SipCall;
import io.vertx.core.json.JsonObject;
import java.net.InetAddress;
import java.net.URI;
import java.time.Duration;

/** Asterisk itself and a SIP phone. All tests of a run share one; each leaves it as it found it ({@link Lab#close}). */
record RealTelephony(AsteriskContainer asterisk) implements Telephony {
    static RealTelephony shared() {
        return new RealTelephony(AsteriskContainer.shared());
    }

    @Override
    public URI http() {
        return asterisk.http();
    }

    @Override
    public String credentials() {
        return asterisk.user() + ":" + asterisk.password();
    }

    @Override
    public InetAddress ownAddress() {
        return asterisk.ownAddress();
    }

    @Override
    public SipCall dial() {
        return asterisk.phone().ring("100");
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
        return asterisk.console("ari show websocket sessions")
                .lines()
                .anyMatch(line -> line.matches(".* Up +parley *"));
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
