package dev.parley.gateway.domain;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class EventBudgetTest {
    @Test
    void aBurstPassesAFloodDoesNotAndQuietRefillsIt() {
        EventBudget budget = new EventBudget(0);
        assertThat(taken(budget, 1_000, 0)).isEqualTo(100);
        assertThat(taken(budget, 1_000, 1_000_000)).isEqualTo(50);
        assertThat(taken(budget, 1_000, 3_600_000_000L)).isEqualTo(100);
    }

    private static long taken(EventBudget budget, int events, long now) {
        return IntStream.range(0, events).filter(_ -> budget.take(now)).count();
    }
}
