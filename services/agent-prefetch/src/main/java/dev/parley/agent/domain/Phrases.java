package dev.parley.agent.domain;

import java.util.List;
import java.util.Locale;

/**
 * What the bot says by itself.
 *
 * @param greeting empty: nothing
 * @param fillers said in turn while an answer is being made; empty: none
 * @param noInput the first and the second question after silence
 */
public record Phrases(String greeting, List<String> fillers, List<String> noInput, String apology) {
    public Phrases {
        fillers = List.copyOf(fillers);
        noInput = List.copyOf(noInput);
    }

    /** The phrases that come with Parley for a language; English where there are none. */
    public static Phrases of(String language, String greeting) {
        return switch (Locale.forLanguageTag(language.replace('_', '-')).getLanguage()) {
            case "ru" ->
                new Phrases(
                        greeting,
                        List.of("Так, сейчас посмотрю.", "Секунду.", "Минутку."),
                        List.of("Вы меня слышите?", "Если я могу чем-то помочь, просто скажите."),
                        "Простите, у меня не получилось ответить. Повторите, пожалуйста.");
            default ->
                new Phrases(
                        greeting,
                        List.of("Let me see.", "One moment.", "Just a second."),
                        List.of("Are you still there?", "If there is anything I can do, just tell me."),
                        "I am sorry, I could not come up with an answer. Could you say that again, please?");
        };
    }
}
