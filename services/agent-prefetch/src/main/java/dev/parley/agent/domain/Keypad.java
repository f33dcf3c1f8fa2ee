package dev.parley.agent.domain;

import java.time.Duration;
import java.util.Optional;

/**
 * Puts the digits that a caller presses together to entries: one ends with {@code #}, or when no digit follows for a while. What counts
 * are the instants at which the digits were pressed, so that the same digits read again make the same entries.
 */
final class Keypad {
    /** A digit that was pressed in time may be read a little late. */
    private static final Duration ON_ITS_WAY = Duration.ofMillis(300);

    private static final int MOST_DIGITS = 64;
    private static final String END = "#";

    /**
     * @param digits without the {@code #} that ended it
     * @param first frame of the first digit
     * @param last frame of the last one
     */
    record Entry(String digits, long first, long last) {}

    private final Duration timeout;
    private final StringBuilder digits = new StringBuilder();
    private long first;
    private long last;
    private long lastAt;
    private boolean ended;

    Keypad(Duration timeout) {
        this.timeout = timeout;
    }

    /** @return the entry before this digit, where nobody has taken it yet and the digit came too late for it */
    Optional<Entry> press(String digit, long frame, long at) {
        Optional<Entry> before = pending() && (ended || at - lastAt >= micros(timeout)) ? take() : Optional.empty();
        if (digits.isEmpty()) {
            first = frame;
        }
        last = frame;
        lastAt = at;
        ended = digit.equals(END) || digits.length() >= MOST_DIGITS;
        if (!digit.equals(END)) {
            digits.append(digit);
        }
        return before;
    }

    /** The entry that is over by now. */
    Optional<Entry> over(long now) {
        return pending() && (ended || now - lastAt >= micros(timeout.plus(ON_ITS_WAY))) ? take() : Optional.empty();
    }

    /** Whether digits wait for more; a {@code #} alone is nothing. */
    boolean pending() {
        return !digits.isEmpty();
    }

    private Optional<Entry> take() {
        Entry entry = new Entry(digits.toString(), first, last);
        digits.setLength(0);
        ended = false;
        return Optional.of(entry);
    }

    private static long micros(Duration time) {
        return time.toNanos() / 1_000;
    }
}
