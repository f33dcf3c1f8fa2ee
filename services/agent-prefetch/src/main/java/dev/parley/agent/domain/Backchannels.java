package dev.parley.agent.domain;

import dev.parley.agent.domain.Words.Word;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What people say to show that they listen ('mm-hm', 'угу', 'I see'): it takes no turn. The phrases are data: {@code backchannels.txt} beside this class, one a
 * line. A text is a backchannel when it consists of such phrases and nothing else. Letters drawn out ('угууу', 'mmm') count once.
 */
public final class Backchannels {
    private static final int LONGEST = 4;
    private final Set<String> phrases;

    private Backchannels(Set<String> phrases) {
        this.phrases = phrases;
    }

    /** The phrases that come with Parley, English and Russian. */
    public static Backchannels standard() {
        try (InputStream in = Objects.requireNonNull(
                        Backchannels.class.getResourceAsStream("backchannels.txt"), "backchannels.txt");
                BufferedReader reader = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
            Set<String> phrases = new HashSet<>();
            reader.lines()
                    .filter(line -> !line.startsWith("#") && !line.isBlank())
                    .forEach(line -> phrases.add(String.join(" ", words(line))));
            return new Backchannels(Set.copyOf(phrases));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Whether the text is nothing but backchannels; false where there is no word in it. */
    public boolean matches(String text) {
        List<String> words = words(text);
        if (words.isEmpty()) {
            return false;
        }
        boolean[] reachable = new boolean[words.size() + 1];
        reachable[0] = true;
        for (int from = 0; from < words.size(); from++) {
            for (int to = from + 1; reachable[from] && to <= Math.min(words.size(), from + LONGEST); to++) {
                if (phrases.contains(String.join(" ", words.subList(from, to)))) {
                    reachable[to] = true;
                }
            }
        }
        return reachable[words.size()];
    }

    private static List<String> words(String text) {
        return Words.of(text).stream()
                .map(Word::normal)
                .map(Backchannels::withoutRepeats)
                .collect(Collectors.toList());
    }

    private static String withoutRepeats(String word) {
        StringBuilder out = new StringBuilder(word.length());
        word.codePoints()
                .filter(c -> out.isEmpty() || out.codePointBefore(out.length()) != c)
                .forEach(out::appendCodePoint);
        return out.toString();
    }
}
