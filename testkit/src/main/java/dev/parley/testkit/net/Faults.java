package dev.parley.testkit.net;

import java.time.Duration;

/**
 * How bad a network is.
 *
 * @param delay each piece of data, and each new connection, is held back by 0 to this long. The order within a connection stays, as TCP promises; what goes over
 *     different connections overtakes each other
 * @param betweenCuts about so often one of the open connections, chosen at random, is reset; zero: never
 */
public record Faults(Duration delay, Duration betweenCuts) {
    /** A network without faults. */
    public static final Faults NONE = new Faults(Duration.ZERO, Duration.ZERO);
}
