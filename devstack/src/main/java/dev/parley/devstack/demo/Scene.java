package dev.parley.devstack.demo;

import dev.parley.audio.Sound;
import dev.parley.testkit.caller.ScriptedCaller;
import java.time.Duration;

/** What the callers of the demo do, step by step. */
final class Scene {
    static final String YES = "a short yes";
    static final String STORY = "a long story";
    static final String PAUSE = "a sentence with a pause";
    static final String HUM = "mm-hm";
    static final String INTERRUPTION = "an interruption";
    static final String GOOD_BYE = "good-bye";
    static final String RECORDING = "the recording";

    /** The bot is taken to have finished when it was silent for so long: longer than the gap between two of its sentences. */
    private static final Duration BOT_FINISHED = Duration.ofMillis(700);

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private Scene() {}

    /** The whole repertoire. */
    static ScriptedCaller repertoire(Phrases phrases) {
        return greeted()
                .say(YES, phrases.synthesised("Yes."))
                .waitForBotToSpeak(PATIENCE)
                .waitForBotSilence(BOT_FINISHED, PATIENCE)
                .say(STORY, phrases.unbroken(25))
                .waitForBotToSpeak(PATIENCE)
                .waitForBotSilence(BOT_FINISHED, PATIENCE)
                .say(PAUSE, phrases.withPause(1.7))
                .interruptAfter(Duration.ofMillis(3500), HUM, Hum.mmHm())
                .pause(Duration.ofSeconds(4))
                .say(INTERRUPTION, phrases.synthesised("Stop, please. That is enough now."))
                .pause(Duration.ofMillis(500))
                .waitForBotToSpeak(PATIENCE)
                .waitForBotSilence(BOT_FINISHED, PATIENCE)
                .say(GOOD_BYE, phrases.synthesised("No, thank you. Good-bye."))
                .waitForEnd(PATIENCE);
    }

    /** One recording, one answer. */
    static ScriptedCaller recording(Sound recording) {
        return greeted()
                .say(RECORDING, recording)
                .pause(Duration.ofSeconds(1))
                .waitForBotToSpeak(PATIENCE)
                .waitForBotSilence(BOT_FINISHED, PATIENCE)
                .hangUp();
    }

    private static ScriptedCaller greeted() {
        return ScriptedCaller.script().waitForBotToSpeak(PATIENCE).waitForBotSilence(BOT_FINISHED, PATIENCE);
    }
}
