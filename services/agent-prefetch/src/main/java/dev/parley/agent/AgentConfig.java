package dev.parley.agent;

import dev.parley.agent.domain.AgentPolicy;
import dev.parley.agent.domain.Backchannels;
import dev.parley.agent.domain.EndOfTurnPolicy;
import dev.parley.agent.domain.Phrases;
import dev.parley.agent.engine.OpenAiEngine;
import dev.parley.agent.engine.OpenAiOptions;
import dev.parley.agent.engine.ReplyEngine;
import dev.parley.agent.engine.ScriptedEngine;
import dev.parley.agent.engine.UnusableScript;
import dev.parley.runtime.config.BadSettings;
import dev.parley.runtime.config.Setting;
import dev.parley.runtime.config.Settings;
import java.nio.file.Path;
import java.time.Duration;

/**
 * What the agent is set to.
 *
 * @param abandonAfter a call of which nothing came for so long is given up, though its end was not seen
 * @param drain how long the end of the service waits for what is under way
 */
public record AgentConfig(AgentPolicy policy, Duration abandonAfter, Duration drain) {
    private static final Duration BEYOND_THE_LONGEST_CALL = Duration.ofMinutes(10);

    public static AgentConfig from(Settings settings) {
        return new AgentConfig(
                policy(settings),
                settings.seconds(Setting.MAX_CALL_SECONDS).plus(BEYOND_THE_LONGEST_CALL),
                settings.seconds(Setting.DRAIN_SECONDS));
    }

    private static AgentPolicy policy(Settings settings) {
        return new AgentPolicy(
                settings.duration(Setting.INPUT_DEBOUNCE_MS),
                settings.integer(Setting.PREFETCH_MIN_CHARS),
                settings.integer(Setting.SPECULATION_BUDGET),
                settings.duration(Setting.FILLER_DELAY_MS),
                settings.seconds(Setting.REPLY_DEADLINE),
                settings.seconds(Setting.NO_INPUT_SECONDS),
                settings.flag(Setting.BARGE_IN_ENABLED),
                settings.flag(Setting.DIGITS_INTERRUPT),
                settings.duration(Setting.DIGIT_TIMEOUT_MS),
                settings.text(Setting.BOT_LANGUAGE),
                language -> Phrases.of(language, greeting(settings, language)),
                Backchannels.standard(),
                EndOfTurnPolicy.silence());
    }

    /** The greeting as set; where it was not, a Russian call is greeted in Russian. */
    private static String greeting(Settings settings, String language) {
        String set = settings.text(Setting.GREETING);
        boolean byDefault = Setting.GREETING.byDefault().filter(set::equals).isPresent();
        return byDefault && language.startsWith("ru") ? "Здравствуйте! Чем я могу помочь?" : set;
    }

    /**
     * The engine that is set.
     *
     * @throws BadSettings where it cannot be made, such as for a script that cannot be used
     */
    public static ReplyEngine engine(Settings settings) {
        if (settings.text(Setting.AGENT_ENGINE).equals("openai")) {
            settings.require(Setting.OPENAI_MODEL);
            return new OpenAiEngine(new OpenAiOptions(
                    settings.text(Setting.OPENAI_BASE_URL),
                    settings.optional(Setting.OPENAI_API_KEY).orElse("none"),
                    settings.text(Setting.OPENAI_MODEL),
                    settings.text(Setting.OPENAI_INSTRUCTIONS),
                    Duration.ofSeconds(5),
                    settings.seconds(Setting.REPLY_DEADLINE)));
        }
        try {
            return settings.optional(Setting.AGENT_SCRIPT)
                    .map(file -> ScriptedEngine.of(Path.of(file)))
                    .orElseGet(ScriptedEngine::examples);
        } catch (UnusableScript e) {
            throw new BadSettings(Setting.AGENT_SCRIPT, String.valueOf(e.getMessage()));
        }
    }
}
