package dev.parley.agent.kafka;

import dev.parley.agent.domain.ReplyPart;
import dev.parley.agent.domain.ReplyRequest;
import dev.parley.agent.engine.ReplyEngine;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/**
 * An engine like a language model: it never says the same twice, for each text tells which process asked for it. It says three sentences about what it was asked, one
 * at a time, and goes on after those that were said.
 */
final class ThreeSentences implements ReplyEngine {
    private final int process;
    private final Executor loop;

    /** @param loop runs the telling of each part, one after the other */
    ThreeSentences(int process, Executor loop) {
        this.process = process;
        this.loop = loop;
    }

    @Override
    public String name() {
        return "model";
    }

    @Override
    public Asked ask(ReplyRequest request, Consumer<ReplyPart> parts) {
        boolean[] cancelled = {false};
        int said = request.alreadySaid().isEmpty() ? 0 : request.alreadySaid().split("\\.").length;
        List<ReplyPart> all = new ArrayList<>();
        for (int i = said + 1; i <= 3; i++) {
            all.add(new ReplyPart.Text(
                    "Sentence " + i + " by " + process + " to " + request.text().replace(".", "") + ". ", true));
        }
        all.add(new ReplyPart.Done(false, null));
        next(all, 0, parts, cancelled);
        return () -> cancelled[0] = true;
    }

    private void next(List<ReplyPart> all, int i, Consumer<ReplyPart> parts, boolean[] cancelled) {
        loop.execute(() -> {
            if (!cancelled[0] && i < all.size()) {
                parts.accept(all.get(i));
                next(all, i + 1, parts, cancelled);
            }
        });
    }

    /** What was said, without telling which process said it. */
    static String anonymous(String text) {
        return text.replaceAll(" by \\d+", "");
    }

    @Override
    public void close() {}
}
