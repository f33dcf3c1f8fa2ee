package dev.parley.player.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.schemas.Topics;
import org.junit.jupiter.api.Test;

class LedgerTest {
    private final Ledger ledger = new Ledger();

    @Test
    void aRecordIsHeldUntilWhatItStandsForIsOver() {
        assertThat(ledger.committable(Topics.REPLIES)).isEqualTo(-1);
        ledger.chunk(10, "a");
        ledger.chunk(11, "b");
        ledger.release("b");
        assertThat(ledger.committable(Topics.REPLIES)).isEqualTo(10);

        ledger.release("a");

        assertThat(ledger.committable(Topics.REPLIES)).isEqualTo(12);
    }

    /** Else the next owner would read the chunk again, not know that it was heard, and play it twice. */
    @Test
    void theEventsOfAChunkAreHeldAsLongAsItMayBeReadAgain() {
        ledger.caughtUp();
        ledger.chunk(10, "another call's, still waiting");
        ledger.chunk(11, "heard");
        ledger.event(5, "heard");
        ledger.event(6, "heard");
        ledger.release("heard");
        assertThat(ledger.committable(Topics.REPLIES)).isEqualTo(10);
        assertThat(ledger.committable(Topics.PLAYBACK_EVENTS)).isEqualTo(5);

        ledger.release("another call's, still waiting");

        assertThat(ledger.committable(Topics.PLAYBACK_EVENTS)).isEqualTo(7);
    }

    @Test
    void whileItCatchesUpEveryEventMayBeOfAChunkStillToBeRead() {
        ledger.event(5, "x");
        assertThat(ledger.committable(Topics.PLAYBACK_EVENTS)).isEqualTo(5);

        ledger.caughtUp();

        assertThat(ledger.committable(Topics.PLAYBACK_EVENTS)).isEqualTo(6);
    }
}
