package dev.parley.agent.domain;

import dev.parley.records.Said;
import dev.parley.records.Speaker;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What was said in a call, as heard: of the bot only the words that reached the caller's ear. Bounded: the oldest lines go first.
 */
final class History {
    static final int MAX_LINES = 200;

    /** A line; the bot's grow as more of the reply is heard. */
    private record Line(Said said, @Nullable ReplyId reply) {}

    private final List<Line> lines = new ArrayList<>();

    void restore(List<Said> saved) {
        saved.forEach(said -> lines.add(new Line(said, null)));
    }

    /** The caller's words of a turn; those that go on with a turn replace its earlier ones, unless the bot was heard since. */
    void caller(long turn, String all, String latest, boolean goesOn) {
        boolean lastIsCaller = !lines.isEmpty() && lines.getLast().said().getSpeaker() == Speaker.CALLER;
        if (goesOn && lastIsCaller) {
            lines.removeLast();
        }
        add(new Line(new Said(Speaker.CALLER, turn, goesOn && !lastIsCaller ? latest : all, false), null));
    }

    /** What was heard of a reply so far. */
    void bot(Answer answer, long turn) {
        String text = answer.heardText();
        if (text.isEmpty()) {
            return;
        }
        Line line = new Line(
                new Said(Speaker.BOT, turn, text, answer.cancelled() || (answer.heardOut() && !answer.heardToTheEnd())),
                answer.id);
        for (int i = 0; i < lines.size(); i++) {
            if (answer.id.equals(lines.get(i).reply())) {
                lines.set(i, line);
                return;
            }
        }
        // It belongs after the words that it answers, though those that came next may be written down already.
        int place = lines.size();
        while (place > 0 && lines.get(place - 1).said().getTurn() > turn) {
            place--;
        }
        lines.add(place, line);
        trim();
    }

    List<Said> said() {
        return lines.stream().map(Line::said).toList();
    }

    /** All but the caller's last words, where nothing came after them. */
    List<Said> before(boolean withoutLastOfCaller) {
        List<Said> said = said();
        return withoutLastOfCaller && !said.isEmpty() && said.getLast().getSpeaker() == Speaker.CALLER
                ? said.subList(0, said.size() - 1)
                : said;
    }

    private void add(Line line) {
        lines.add(line);
        trim();
    }

    private void trim() {
        if (lines.size() > MAX_LINES) {
            lines.removeFirst();
        }
    }
}
