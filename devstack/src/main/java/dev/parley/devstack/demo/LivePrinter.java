package dev.parley.devstack.demo;

import dev.parley.devstack.audit.Entry;
import dev.parley.records.CallEvent;
import dev.parley.records.Reply;
import dev.parley.records.ReplyType;
import java.io.PrintStream;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Prints what happens in one call while it happens, a line each. Called by the reading thread alone, but for {@link #follow}. */
final class LivePrinter {
    private final PrintStream out;
    private final boolean colours;
    private volatile @Nullable String callId;
    private long frameZeroAt;

    LivePrinter(PrintStream out, boolean colours) {
        this.out = out;
        this.colours = colours;
    }

    /** Prints the call of this Asterisk channel from now on. */
    void follow(String followed) {
        this.callId = followed;
    }

    void accept(Entry entry) {
        String followed = callId;
        if (followed == null || !(entry.key().equals(followed) || entry.key().startsWith(followed + "|"))) return;
        if (entry.value() instanceof Reply reply && reply.getType() == ReplyType.CHUNK && reply.getN() > 0) return;
        if (entry.value() instanceof CallEvent event && event.getStarted() != null)
            frameZeroAt = event.getStarted().getFrameZeroAt();
        Narrator.tell(entry).ifPresent(line -> {
            double latency = entry.latencyMillis();
            String late = latency >= 0 && latency < 60_000 ? String.format(Locale.ROOT, "+%.0f ms", latency) : "";
            out.printf(
                    Locale.ROOT,
                    "  %s%5.2f s  %7s  %-8s%s %s%n",
                    colour(line.who()),
                    (line.frame() >= 0 ? line.frame() * 20_000L : entry.at() - frameZeroAt) / 1e6,
                    late,
                    line.who(),
                    colours ? "\u001b[0m" : "",
                    line.what());
        });
    }

    private String colour(String who) {
        if (!colours) return "";
        return switch (who) {
            case "caller", "text", "chunk" -> "\u001b[34m";
            case "bot", "agent", "heard", "voice" -> "\u001b[32m";
            case "barge-in" -> "\u001b[31m";
            default -> "\u001b[90m";
        };
    }
}
