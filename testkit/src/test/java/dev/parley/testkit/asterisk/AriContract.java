package dev.parley.testkit.asterisk;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** What ARI promises, to be shown on the simulated Asterisk and on the real one alike, each test with a laboratory of its own. */
abstract class AriContract {
    Lab lab;

    /** An Asterisk for one test. */
    abstract Lab newLab();

    @BeforeEach
    void open() {
        lab = newLab();
    }

    @AfterEach
    void close() {
        lab.close();
    }
}
