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
import java.util.function.ToLongFunction;

/**
 * What all calls share.
 *
 * @param logs gives the way out for the records of a call, by its id
 * @param voidBefore what answers a turn before this frame is void in a call, by its id, as far as it was heard of; 0: nothing
 */
record Exchange(
        Vertx vertx,
        AriClient ari,
        MediaSockets sockets,
        CallRules rules,
        MicroClock clock,
        Metrics metrics,
        Function<String, CallLog> logs,
        ToLongFunction<String> voidBefore) {

    void count(GatewayMeter meter, String... tags) {
        metrics.counter(meter, tags).increment();
    }
}
