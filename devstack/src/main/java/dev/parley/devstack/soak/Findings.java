package dev.parley.devstack.soak;

import dev.parley.devstack.audit.Latencies;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What a soak has found: counts, latencies and faults. Faults are printed at once. Thread-safe. */
final class Findings {
    private final PrintStream out;
    private final Latencies latencies = new Latencies();
    private final List<String> faults = new ArrayList<>();
    private int calls;
    private int said;
    private int interruptions;
    private int excused;
    private int givenUp;
    private int nobodyThere;

    Findings(PrintStream out) {
        this.out = out;
    }

    /**
     * A call that is over.
     *
     * @param things how much the caller said in it
     * @param notJudged how much of that nobody could hear or answer
     */
    synchronized void held(int things, int notJudged) {
        calls++;
        said += things;
        excused += notJudged;
    }

    /** A call that the gateway ended with an apology because the broker was away for too long. */
    synchronized void givenUp() {
        givenUp++;
    }

    /** A call that came while no gateway was there to take it. */
    synchronized void nobodyThere() {
        nobodyThere++;
    }

    synchronized void endOfTurnToSound(double millis) {
        latencies.add("endOfTurnToSound", millis);
    }

    /** The caller spoke over the bot. */
    synchronized void interrupted() {
        interruptions++;
    }

    synchronized void bargeInToSilence(double millis) {
        latencies.add("bargeInToSilence", millis);
    }

    synchronized void fault(String where, String what) {
        faults.add(where + ": " + what);
        out.println("  FAULT " + where + ": " + what);
    }

    /** Prints all but the faults. */
    synchronized void print(int actsOfHavoc) {
        out.println();
        out.printf(
                Locale.ROOT,
                "  %d calls, %d things said, %d of them over the bot, %d not judged (no gateway could hear them, or no broker was there to answer them); %d calls given up with an apology; %d not taken since no gateway was there; %d acts of havoc%n",
                calls,
                said,
                interruptions,
                excused,
                givenUp,
                nobodyThere,
                actsOfHavoc);
        for (String name : List.of("endOfTurnToSound", "bargeInToSilence")) {
            List<Double> values = latencies.of(name);
            if (!values.isEmpty()) {
                out.printf(
                        Locale.ROOT,
                        "  %-18s p50 %6.0f ms   p99 %6.0f ms   n %d%n",
                        name,
                        Latencies.percentile(values, 0.5),
                        Latencies.percentile(values, 0.99),
                        values.size());
            }
        }
    }

    synchronized int faults() {
        return faults.size();
    }

    /** Whether calls were held, and nothing was wrong with any. */
    synchronized boolean isContent() {
        return calls > 0 && faults.isEmpty();
    }
}
