package dev.parley.testkit.sip;

import java.util.concurrent.ThreadLocalRandom;

/** Branches, tags and call ids. */
final class SipIds {
    private SipIds() {}

    static String random() {
        return Long.toHexString(ThreadLocalRandom.current().nextLong());
    }
}
