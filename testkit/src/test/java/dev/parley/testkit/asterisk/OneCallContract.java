package dev.parley.testkit.asterisk;

import dev.parley.testkit.line.PhoneCall;
import org.junit.jupiter.api.BeforeEach;

/** What is promised of a call that has been answered. */
abstract class OneCallContract extends AriContract {
    PhoneCall call;

    @BeforeEach
    void dial() {
        call = lab.call();
    }
}
