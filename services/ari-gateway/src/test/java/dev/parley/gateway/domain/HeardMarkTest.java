package dev.parley.gateway.domain;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.records.Heard;
import dev.parley.records.ReplyKind;
import org.junit.jupiter.api.Test;

class HeardMarkTest {
    private static final Heard FIRST = new Heard("a", ReplyKind.ANSWER, null);
    private static final Heard SECOND = new Heard("b", ReplyKind.FILLER, null);

    private final HeardMark mark = new HeardMark();

    @Test
    void aPlaybackGoesOutFromItsStartToItsEnd() {
        assertThat(mark.now()).isEmpty();
        assertThat(mark.started("a", ReplyKind.ANSWER)).isTrue();
        assertThat(mark.now()).contains(FIRST);
        assertThat(mark.finished("a")).isTrue();
        assertThat(mark.now()).isEmpty();
    }

    @Test
    void theOneThatHasBegunLastCounts() {
        mark.started("a", ReplyKind.ANSWER);
        mark.started("b", ReplyKind.FILLER);
        assertThat(mark.now()).contains(SECOND);
        mark.finished("b");
        assertThat(mark.now()).contains(FIRST);
        assertThat(mark.playing()).containsExactly(FIRST);
    }

    @Test
    void aStartThatIsRepeatedAfterAPauseIsNoNewStart() {
        mark.started("a", ReplyKind.ANSWER);
        assertThat(mark.started("a", ReplyKind.ANSWER)).isFalse();
        mark.finished("a");
        assertThat(mark.now()).isEmpty();
    }

    @Test
    void theEndOfWhatNeverBeganIsNothing() {
        assertThat(mark.finished("a")).isFalse();
        assertThat(mark.now()).isEmpty();
    }
}
