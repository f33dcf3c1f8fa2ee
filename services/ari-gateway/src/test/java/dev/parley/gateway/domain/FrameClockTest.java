package dev.parley.gateway.domain;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.domain.FrameClock.Arrival.Late;
import dev.parley.gateway.domain.FrameClock.Arrival.Numbered;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FrameClockTest {
    private static final long FRAME = 20_000;

    private final FrameClock clock = new FrameClock(0);

    @Test
    void theFirstFrameTakesTheNumberOfItsInstantAndWhatWasBeforeIsMissing() {
        assertThat(clock.arrive(3 * FRAME + 10)).isEqualTo(new Numbered(3, Optional.of(new FrameRange(0, 2))));
        assertThat(clock.arrive(4 * FRAME + 10)).isEqualTo(new Numbered(4, Optional.empty()));
    }

    @Test
    void jitterOfUpToFiveFramesChangesNothing() {
        // Given
        clock.arrive(0);

        // When
        long[] arrivals = {1, 6, 6, 6, 6, 6, 7, 8};

        // Then
        for (int i = 0; i < arrivals.length; i++) {
            assertThat(clock.missing(arrivals[i] * FRAME)).isEmpty();
            assertThat(clock.arrive(arrivals[i] * FRAME + i)).isEqualTo(new Numbered(i + 1, Optional.empty()));
        }
    }

    @Test
    void audioIsMissingAsSoonAsItIsMoreThan100MillisecondsOverdue() {
        clock.arrive(0);
        assertThat(clock.missing(6 * FRAME)).isEmpty();
        assertThat(clock.missing(7 * FRAME - 1)).isEmpty();
        assertThat(clock.missing(7 * FRAME)).contains(new FrameRange(1, 1));
        assertThat(clock.missing(7 * FRAME)).isEmpty();
        assertThat(clock.missing(10 * FRAME)).contains(new FrameRange(2, 4));
    }

    @Test
    void aBurstBehindAStallLosesWhatWasGivenUpAndTheRestHasTrueNumbers() {
        // Given frames 0 to 9, then nothing until frame 30 is due
        for (int i = 0; i < 10; i++) {
            clock.arrive(i * FRAME);
        }
        long givenUp = clock.missing(30 * FRAME).orElseThrow().count();

        // When frames 10 to 30 come at once
        List<Long> numbers = new ArrayList<>();
        int late = 0;
        for (int i = 10; i <= 30; i++) {
            switch (clock.arrive(30 * FRAME + i)) {
                case Numbered(long frame, var _) -> numbers.add(frame);
                case Late() -> late++;
            }
        }

        // Then the head of the burst could not be told from a fresh frame; all others are in their place
        assertThat(givenUp).isEqualTo(15);
        assertThat(late).isEqualTo(15);
        assertThat(numbers).containsExactly(25L, 26L, 27L, 28L, 29L, 30L);
        assertThat(clock.arrive(31 * FRAME)).isEqualTo(new Numbered(31, Optional.empty()));
    }

    @Test
    void audioThatIsReallyLostCostsNothingOfWhatFollows() {
        // Given
        clock.arrive(0);
        clock.missing(30 * FRAME);

        // When frames come at their pace again, none of the lost ones among them
        List<FrameClock.Arrival> arrivals = new ArrayList<>();
        for (int i = 30; i < 60; i++) {
            arrivals.add(clock.arrive(i * FRAME));
        }

        // Then
        assertThat(arrivals).allMatch(arrival -> arrival instanceof Numbered);
    }

    @Test
    void aNewTapJumpsForwardToItsInstant() {
        clock.arrive(0);
        clock.realign();
        assertThat(clock.arrive(4 * FRAME)).isEqualTo(new Numbered(4, Optional.of(new FrameRange(1, 3))));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void numbersNeverGoBackNorSkipAndStayWithinFiveFramesOfTheWallClock(long seed) {
        // Given a sender whose clock drifts, with jitter, stalls of which some lose their audio, and bursts
        Random random = new Random(seed);
        double pace = FRAME * (1 + (random.nextDouble() - 0.5) * 0.002);
        long next = 0;
        long now = 0;
        long lastTick = 0;
        double sent = 0;
        int published = 0;
        for (int i = 0; i < 20_000; i++) {
            sent += pace;
            if (random.nextInt(500) == 0) {
                sent += random.nextInt(1_000_000); // Audio is lost.
            }
            long stall = random.nextInt(400) == 0 ? random.nextInt(800_000) : random.nextInt(30_000);
            now = Math.max(now + 50, (long) sent + stall);

            // When time passes in ticks of 20 ms, and the frame comes
            for (long tick = lastTick + FRAME; tick <= now; tick += FRAME) {
                lastTick = tick;
                Optional<FrameRange> missing = clock.missing(tick);
                if (missing.isPresent()) {
                    assertThat(missing.get().first()).as("seed %d", seed).isEqualTo(next);
                    next = missing.get().last() + 1;
                }
            }
            if (clock.arrive(now) instanceof Numbered(long frame, Optional<FrameRange> missing)) {
                published++;
                next = missing.map(range -> range.last() + 1).orElse(next);
                assertThat(frame).as("seed %d", seed).isEqualTo(next);
                next++;
            }

            // Then
            assertThat(next - now / FRAME).as("seed %d, arrival %d", seed, i).isBetween(-6L, 7L);
        }
        assertThat(published).as("seed %d", seed).isGreaterThan(16_000);
    }
}
