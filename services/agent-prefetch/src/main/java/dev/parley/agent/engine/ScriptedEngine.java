package dev.parley.agent.engine;

import dev.parley.agent.domain.ReplyPart;
import dev.parley.agent.domain.ReplyRequest;
import dev.parley.agent.engine.Script.Answer;
import dev.parley.agent.engine.Script.Rule;
import dev.parley.records.Speaker;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Answers from a script: the first rule whose pattern matches. The same request gets the same answer, so that an answer broken off by a crash can be gone on with. Each
 * request runs on a virtual thread, which sleeps where the script asks for a delay.
 */
public final class ScriptedEngine implements ReplyEngine {
    private static final String YES_NO = "yes-no:";
    private final Function<String, Script> scripts;

    private ScriptedEngine(Function<String, Script> scripts) {
        this.scripts = scripts;
    }

    /**
     * One script for every call.
     *
     * @throws UnusableScript naming file, line and problem
     */
    public static ScriptedEngine of(Path file) {
        Script script = ScriptReader.read(file);
        return new ScriptedEngine(language -> script);
    }

    /** A script given as text; {@code name} is what errors call it. */
    public static ScriptedEngine of(String name, String yaml) {
        Script script = ScriptReader.read(name, yaml);
        return new ScriptedEngine(language -> script);
    }

    /** The examples that come with Parley: the one of the call's language, English for those that have none. */
    public static ScriptedEngine examples() {
        Script english = example("agent-en.yaml");
        Script russian = example("agent-ru.yaml");
        return new ScriptedEngine(language -> language.startsWith("ru") ? russian : english);
    }

    private static Script example(String name) {
        try (InputStream in = Objects.requireNonNull(ScriptedEngine.class.getResourceAsStream(name), name)) {
            return ScriptReader.read("examples/" + name, new String(in.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public String name() {
        return "scripted";
    }

    @Override
    public Asked ask(ReplyRequest request, Consumer<ReplyPart> parts) {
        AtomicBoolean cancelled = new AtomicBoolean();
        Said said = answer(scripts.apply(request.language()), request);
        Thread thread = Thread.ofVirtual().name("script").unstarted(() -> {
            if (!sleep(said.answer().delay()) || cancelled.get()) {
                return;
            }
            String rest = rest(said.text(), request.alreadySaid());
            if (!rest.isEmpty()) {
                parts.accept(new ReplyPart.Text(rest, said.answer().interruptible()));
            }
            parts.accept(new ReplyPart.Done(said.answer().hangUp(), said.expects()));
        });
        thread.start();
        return () -> {
            cancelled.set(true);
            thread.interrupt();
        };
    }

    private static boolean sleep(Duration delay) {
        try {
            Thread.sleep(delay);
            return true;
        } catch (InterruptedException e) {
            return false;
        }
    }

    /** What the script has to say. */
    private record Said(
            Answer answer,
            String text,
            @org.jspecify.annotations.Nullable String expects) {}

    private static Said answer(Script script, ReplyRequest request) {
        String expects = request.expects();
        if (expects != null && expects.startsWith(YES_NO)) {
            Optional<Answer> branch = script.rule(expects.substring(YES_NO.length()))
                    .map(Rule::answer)
                    .flatMap(asked -> branch(script, asked, request.text()));
            if (branch.isPresent()) {
                return new Said(branch.get(), variant(branch.get(), request, Map.of()), null);
            }
        }
        for (Rule rule : script.rules()) {
            Optional<Map<String, String>> captured = rule.match(request.text());
            if (captured.isPresent()) {
                return new Said(
                        rule.answer(),
                        variant(rule.answer(), request, captured.get()),
                        rule.answer().asks() ? YES_NO + rule.name() : null);
            }
        }
        // What was asked stays asked.
        return new Said(script.fallback(), variant(script.fallback(), request, Map.of()), expects);
    }

    private static Optional<Answer> branch(Script script, Answer asked, String text) {
        // 'No' before 'yes': 'no, not okay' is a no.
        if (matches(script.no(), text)) {
            return Optional.ofNullable(asked.no());
        }
        return matches(script.yes(), text) ? Optional.ofNullable(asked.yes()) : Optional.empty();
    }

    private static boolean matches(List<Pattern> patterns, String text) {
        return patterns.stream().anyMatch(pattern -> pattern.match(text).isPresent());
    }

    /** The variants take turns with what the bot has said so far. */
    private static String variant(Answer answer, ReplyRequest request, Map<String, String> captured) {
        long said = request.history().stream()
                .filter(line -> line.getSpeaker() == Speaker.BOT)
                .count();
        String text = answer.say().get((int) (said % answer.say().size()));
        for (Map.Entry<String, String> capture : captured.entrySet()) {
            text = text.replace("{" + capture.getKey() + "}", capture.getValue());
        }
        return text.strip();
    }

    /** What comes after the part that was said already; nothing where it does not begin so. */
    static String rest(String text, String alreadySaid) {
        if (alreadySaid.isEmpty()) {
            return text;
        }
        int at = 0;
        for (int i = 0; i < alreadySaid.length(); i++) {
            char c = alreadySaid.charAt(i);
            if (Character.isWhitespace(c)) {
                continue;
            }
            while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
                at++;
            }
            if (at == text.length() || text.charAt(at) != c) {
                return "";
            }
            at++;
        }
        return text.substring(at).strip();
    }

    @Override
    public void close() {}
}
