package dev.parley.gateway.domain;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.records.Heard;
import dev.parley.records.ReplyKind;
import org.junit.jupiter.api.Test;

class HeardMarkTest {
    private static final Heard FIRST = new Heard("a", ReplyKind.ANSWER, null);
    private static final Heard SECOND = new Heard("b", ReplyKind.FILLER, null);

    @Test
    void aPlaybackIsHeardFromItsStartPlusLagToItsEndPlusLagAndTail() {
        HeardMark mark = new HeardMark(2, 5);
        assertThat(mark.started("a", ReplyKind.ANSWER, 10)).isTrue();
        assertThat(mark.at(11)).isEmpty();
        assertThat(mark.at(12)).contains(FIRST);
        assertThat(mark.finished("a", 20)).isTrue();
        assertThat(mark.at(26)).contains(FIRST);
        assertThat(mark.at(27)).isEmpty();
    }

    @Test
    void thePlaybackAfterItCountsMoreThanATail() {
        HeardMark mark = new HeardMark(0, 5);
        mark.started("a", ReplyKind.ANSWER, 10);
        mark.finished("a", 20);
        mark.started("b", ReplyKind.FILLER, 21);
        assertThat(mark.at(20)).contains(FIRST);
        assertThat(mark.at(21)).contains(SECOND);
        assertThat(mark.playing()).containsExactly(SECOND);
    }

    @Test
    void aStartThatIsRepeatedAfterAPauseIsNoNewStart() {
        HeardMark mark = new HeardMark(0, 0);
        mark.started("a", ReplyKind.ANSWER, 10);
        assertThat(mark.started("a", ReplyKind.ANSWER, 30)).isFalse();
        assertThat(mark.at(20)).contains(FIRST);
    }

    @Test
    void theEndOfWhatNeverBeganIsNothing() {
        HeardMark mark = new HeardMark(0, 5);
        assertThat(mark.finished("a", 10)).isFalse();
        assertThat(mark.at(10)).isEmpty();
    }
}
