package dev.parley.schemas;

import dev.parley.records.BargeInWriter;

/**
 * The key of {@link Topics#BARGE_IN}, written {@code <callId>|<WRITER>}: each writer's newest view of a call is kept. Its partition
 * is {@link Partitions#of} the call id, so that a call's views lie beside its other records.
 */
public record BargeInKey(String callId, BargeInWriter writer) {

    /**
     * Reads what {@link #toString} wrote; a writer that this build does not know is {@code UNKNOWN}.
     *
     * @throws IllegalArgumentException where there is no writer in it
     */
    public static BargeInKey parse(String text) {
        int bar = text.lastIndexOf('|');
        if (bar < 0) {
            throw new IllegalArgumentException("Not a barge-in key, '<call id>|<WRITER>' was expected: '" + text + "'");
        }
        String name = text.substring(bar + 1);
        for (BargeInWriter writer : BargeInWriter.values()) {
            if (writer.name().equals(name)) {
                return new BargeInKey(text.substring(0, bar), writer);
            }
        }
        return new BargeInKey(text.substring(0, bar), BargeInWriter.UNKNOWN);
    }

    @Override
    public String toString() {
        return callId + "|" + writer;
    }
}
