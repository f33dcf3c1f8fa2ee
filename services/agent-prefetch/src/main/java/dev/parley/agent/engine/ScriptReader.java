package dev.parley.agent.engine;

import dev.parley.agent.engine.Script.Answer;
import dev.parley.agent.engine.Script.Rule;
import java.io.IOException;
import java.io.Reader;
import java.io.StringReader;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;

/**
 * Reads a {@link Script} from YAML. Works on YAML's nodes rather than on maps, so that everything that is wrong can be named with its line.
 */
final class ScriptReader {
    private static final java.util.regex.Pattern PLACEHOLDER = java.util.regex.Pattern.compile("\\{([^{}]*)}");
    private static final Set<String> ANSWER_KEYS =
            Set.of("say", "hang-up", "interruptible", "delay", "ask", "yes", "no");

    private final String file;

    private ScriptReader(String file) {
        this.file = file;
    }

    /** @throws UnusableScript naming file, line and problem */
    static Script read(Path path) {
        try {
            return read(path.toString(), Files.readString(path));
        } catch (NoSuchFileException e) {
            throw new UnusableScript(path.toString(), 0, "there is no such file");
        } catch (CharacterCodingException e) {
            throw new UnusableScript(path.toString(), 0, "is not UTF-8");
        } catch (IOException e) {
            throw new UnusableScript(path.toString(), 0, "cannot be read: " + e.getMessage());
        }
    }

    /** @param file as it is to be named in errors */
    static Script read(String file, String text) {
        return new ScriptReader(file).script(new StringReader(text));
    }

    private Script script(Reader text) {
        Node root;
        try {
            root = new Yaml(new SafeConstructor(new LoaderOptions())).compose(text);
        } catch (MarkedYAMLException e) {
            int line = e.getProblemMark() == null ? 0 : e.getProblemMark().getLine() + 1;
            throw new UnusableScript(file, line, "is no YAML: " + e.getProblem());
        }
        if (root == null) {
            throw new UnusableScript(file, 0, "is empty; it needs 'answers' and 'fallback'");
        }
        Map<String, Node> top = mapping(root, "the script", Set.of("answers", "fallback", "yes", "no"));
        Node answers = needed(top, "answers", root);
        Set<String> names = new HashSet<>();
        List<Rule> rules = new ArrayList<>();
        for (Node node : sequence(answers, "answers")) {
            Rule rule = rule(node, rules.size() + 1);
            if (!names.add(rule.name())) {
                throw problem(node, "a second rule has the name '" + rule.name() + "'");
            }
            rules.add(rule);
        }
        Node fallback = needed(top, "fallback", root);
        return new Script(
                List.copyOf(rules),
                answer(mapping(fallback, "fallback", ANSWER_KEYS), fallback, Set.of()),
                patterns(top.get("yes"), Defaults.YES),
                patterns(top.get("no"), Defaults.NO));
    }

    private Rule rule(Node node, int number) {
        Set<String> keys = new HashSet<>(ANSWER_KEYS);
        keys.add("name");
        keys.add("when");
        Map<String, Node> fields = mapping(node, "a rule", keys);
        List<Pattern> when = patterns(needed(fields, "when", node), List.of());
        Set<String> captures = new HashSet<>(when.getFirst().captures());
        when.forEach(pattern -> captures.retainAll(pattern.captures()));
        Node name = fields.get("name");
        return new Rule(name == null ? "rule-" + number : text(name, "name"), when, answer(fields, node, captures));
    }

    private Answer answer(Map<String, Node> fields, Node at, Set<String> captures) {
        List<String> say = new ArrayList<>();
        for (Node node : oneOrMore(needed(fields, "say", at))) {
            String text = text(node, "say");
            Matcher placeholder = PLACEHOLDER.matcher(text);
            while (placeholder.find()) {
                if (!captures.contains(placeholder.group(1))) {
                    throw problem(
                            node, "'" + placeholder.group() + "' is captured by no pattern, or not by all of them");
                }
            }
            say.add(text);
        }
        Node ask = fields.get("ask");
        if (ask != null && !text(ask, "ask").equals("yes-no")) {
            throw problem(ask, "'ask' knows yes-no only, not '" + text(ask, "ask") + "'");
        }
        for (String key : List.of("yes", "no")) {
            Node node = fields.get(key);
            if (node != null && ask == null) {
                throw problem(node, "'" + key + "' needs 'ask: yes-no' beside it");
            }
        }
        return new Answer(
                List.copyOf(say),
                flag(fields.get("hang-up"), "hang-up", false),
                flag(fields.get("interruptible"), "interruptible", true),
                seconds(fields.get("delay")),
                ask != null,
                branch(fields.get("yes"), "yes"),
                branch(fields.get("no"), "no"));
    }

    private @Nullable Answer branch(@Nullable Node node, String key) {
        // What the question captured is long past when its answer comes.
        return node == null
                ? null
                : answer(mapping(node, key, Set.of("say", "hang-up", "interruptible", "delay")), node, Set.of());
    }

    private List<Pattern> patterns(@Nullable Node node, List<String> otherwise) {
        if (node == null) {
            return otherwise.stream().map(Pattern::new).toList();
        }
        List<Pattern> patterns = new ArrayList<>();
        for (Node each : oneOrMore(node)) {
            try {
                patterns.add(new Pattern(text(each, "a pattern")));
            } catch (IllegalArgumentException e) {
                throw problem(each, e.getMessage());
            }
        }
        if (patterns.isEmpty()) {
            throw problem(node, "there is no pattern here");
        }
        return List.copyOf(patterns);
    }

    private boolean flag(@Nullable Node node, String key, boolean otherwise) {
        if (node == null) {
            return otherwise;
        }
        return switch (text(node, key)) {
            case "true" -> true;
            case "false" -> false;
            default -> throw problem(node, "'" + key + "' is true or false, not '" + text(node, key) + "'");
        };
    }

    private Duration seconds(@Nullable Node node) {
        if (node == null) {
            return Duration.ZERO;
        }
        try {
            double seconds = Double.parseDouble(text(node, "delay"));
            if (seconds >= 0 && seconds <= 60) {
                return Duration.ofMillis(Math.round(seconds * 1000));
            }
        } catch (NumberFormatException e) {
            // Said below.
        }
        throw problem(node, "'delay' is in seconds, 0 to 60, not '" + text(node, "delay") + "'");
    }

    private Map<String, Node> mapping(Node node, String what, Set<String> known) {
        if (!(node instanceof MappingNode mapping)) {
            throw problem(node, what + " must be keys and values, one of " + sorted(known));
        }
        Map<String, Node> fields = new LinkedHashMap<>();
        for (NodeTuple tuple : mapping.getValue()) {
            String key = text(tuple.getKeyNode(), "a key");
            if (!known.contains(key)) {
                throw problem(tuple.getKeyNode(), "'" + key + "' is not known here, only " + sorted(known));
            }
            if (fields.put(key, tuple.getValueNode()) != null) {
                throw problem(tuple.getKeyNode(), "'" + key + "' is here twice");
            }
        }
        return fields;
    }

    private List<Node> sequence(Node node, String what) {
        if (!(node instanceof SequenceNode sequence) || sequence.getValue().isEmpty()) {
            throw problem(node, "'" + what + "' must be a list with something in it");
        }
        return sequence.getValue();
    }

    private List<Node> oneOrMore(Node node) {
        return node instanceof SequenceNode sequence && !sequence.getValue().isEmpty()
                ? sequence.getValue()
                : List.of(node);
    }

    private String text(Node node, String what) {
        if (node instanceof ScalarNode scalar && !scalar.getValue().isBlank()) {
            return scalar.getValue();
        }
        throw problem(node, "'" + what + "' must be a text");
    }

    private Node needed(Map<String, Node> fields, String key, Node at) {
        Node node = fields.get(key);
        if (node == null) {
            throw problem(at, "'" + key + "' is missing");
        }
        return node;
    }

    private static String sorted(Set<String> keys) {
        return String.join(", ", keys.stream().sorted().toList());
    }

    private UnusableScript problem(Node node, @Nullable String what) {
        return new UnusableScript(file, node.getStartMark().getLine() + 1, String.valueOf(what));
    }

    /** What means yes and no where the script does not say. */
    private static final class Defaults {
        static final List<String> YES = List.of(
                "yes",
                "yeah",
                "yep",
                "sure",
                "okay",
                "ok",
                "of course",
                "please",
                "right",
                "uh-huh",
                "mm-hm",
                "mm-hmm",
                "да",
                "ага",
                "угу",
                "конечно",
                "хорошо",
                "давай*",
                "пожалуйста",
                "верно");
        static final List<String> NO =
                List.of("no", "nope", "not", "don't", "no thanks", "never mind", "нет", "не", "не надо", "не нужно");
    }
}
