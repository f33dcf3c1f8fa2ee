package dev.parley.runtime.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class OffsetTrackerTest {
    private final OffsetTracker tracker = new OffsetTracker();

    @Test
    void nothing_is_committable_before_the_first_record() {
        assertThat(tracker.committable()).isEqualTo(-1);
    }

    @Test
    void what_is_under_way_holds_back_what_is_done_after_it() {
        // Given
        tracker.begin(5);
        tracker.begin(6);
        tracker.begin(9);

        // When
        tracker.done(6);
        tracker.done(9);

        // Then
        assertThat(tracker.committable()).isEqualTo(5);
        assertThat(tracker.size()).isEqualTo(1);
    }

    @Test
    void when_all_is_done_the_offset_after_the_last_is_committable() {
        // Given
        tracker.begin(5);
        tracker.skip(8);

        // When
        tracker.done(5);

        // Then
        assertThat(tracker.committable()).isEqualTo(9);
    }

    @Test
    void offsets_only_rise() {
        tracker.begin(5);
        assertThatThrownBy(() -> tracker.begin(5)).isInstanceOf(IllegalArgumentException.class);
    }
}
