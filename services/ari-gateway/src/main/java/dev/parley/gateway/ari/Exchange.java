package dev.parley.gateway.ari;

import dev.parley.ari.AriClient;
import dev.parley.ari.MediaSockets;
import dev.parley.gateway.CallRules;
import dev.parley.gateway.GatewayMeter;
import dev.parley.gateway.MicroClock;
import dev.parley.gateway.domain.CallLog;
import dev.parley.runtime.Metrics;
import io.vertx.core.Vertx;
import java.util.function.Function;

/**
 * What all calls share.
 *
 * @param logs gives the way out for the records of a call, by its id
 */
record Exchange(
        Vertx vertx,
        AriClient ari,
        MediaSockets sockets,
        CallRules rules,
        MicroClock clock,
        Metrics metrics,
        Function<String, CallLog> logs) {

    void count(GatewayMeter meter, String... tags) {
        metrics.counter(meter, tags).increment();
    }
}
