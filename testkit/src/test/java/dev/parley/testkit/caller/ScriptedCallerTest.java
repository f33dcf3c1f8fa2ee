package dev.parley.testkit.caller;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.audio.Sound;
import dev.parley.testkit.asterisk.LoopingBot;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class ScriptedCallerTest {
    private static final Duration LONG = Duration.ofSeconds(20);

    @Test
    void aScriptHearsTheBotInterruptsItAndMeasuresToTheFrame() throws Exception {
        try (LoopingBot bot = new LoopingBot()) {
            // Given a bot that speaks for 4 s once it is called, stops 300 ms after a voice began, and answers 1 s
            // after one
            bot.prompt(Voices.beeps(4_000)).stopAfterVoice(300);

            // When a caller interrupts it after 600 ms
            Heard heard = ScriptedCaller.script()
                    .waitForBotToSpeak(LONG)
                    .interruptAfter(Duration.ofMillis(600), "stop", Voices.beeps(700))
                    .waitForBotSilence(Duration.ofMillis(500), LONG)
                    .pause(Duration.ofMillis(200))
                    .hangUp()
                    .run(bot.call());

            // Then what he heard says where on the line each was
            Said stop = heard.said("stop");
            int began = heard.received().firstPresent(0);
            assertThat(stop.firstFrame() - began).isBetween(30, 60);
            assertThat(heard.beganOverBot(stop)).isTrue();
            assertThat(heard.lastBotFrameAfterOnset(stop, 300)).isPresent();
            assertThat(heard.voiceToSilence(stop, 300).orElseThrow()).isBetween(250.0, 2_000.0);
            assertThat(heard.firstBotFrameAfter(stop.lastVoiced() + 160)).isEmpty();
        }
    }

    @Test
    void theSilenceBeforeTheBotsAnswerIsMeasuredOnTheLine() {
        try (LoopingBot bot = new LoopingBot()) {
            // Given a bot that answers 25 frames after the caller's last frame
            Sound words = Voices.beeps(500);
            bot.answerAfterSaid(25, Voices.beeps(300));

            // When a caller says something
            Heard heard = ScriptedCaller.script()
                    .pause(Duration.ofMillis(200))
                    .say("words", words)
                    .waitForBotToSpeak(LONG)
                    .waitForBotSilence(Duration.ofMillis(500), LONG)
                    .hangUp()
                    .run(bot.call());

            // Then the silence is what the frames of the line say
            Said said = heard.said("words");
            int frame = heard.firstBotFrameAfter(said.lastVoiced()).orElseThrow();
            assertThat(said.lastVoiced()).isEqualTo((said.firstFrame() + said.frames()) * 160 - 1);
            assertThat(frame - said.firstFrame() - said.frames()).isBetween(24, 60);
            assertThat(heard.silenceBeforeBot(said).orElseThrow())
                    .isEqualTo((frame - said.firstFrame() - said.frames()) * 20 + 0.125);
            assertThat(heard.botSpeeches(200)).containsExactly(new Heard.BotSpeech(frame, frame + 14));
        }
    }

    @Test
    void aBotThatSaysNothingFailsTheScript() {
        try (LoopingBot bot = new LoopingBot()) {
            ScriptedCaller script = ScriptedCaller.script().waitForBotToSpeak(Duration.ofMillis(200));

            assertThatThrownBy(() -> script.run(bot.call()))
                    .isInstanceOfSatisfying(
                            ScriptFailure.class,
                            failure -> assertThat(failure.heard().received().frames())
                                    .isGreaterThanOrEqualTo(10))
                    .hasMessageContaining("waited 200 ms for the bot to speak");
        }
    }

    @Test
    void aCallThatEndsFailsTheScriptUnlessItWaitsForThat() {
        try (LoopingBot bot = new LoopingBot()) {
            bot.call().hangUp();

            assertThatThrownBy(() -> ScriptedCaller.script().pause(LONG).run(bot.call()))
                    .isInstanceOf(ScriptFailure.class)
                    .hasMessageContaining("ended");
            assertThat(ScriptedCaller.script().waitForEnd(LONG).run(bot.call()).said())
                    .isEmpty();
        }
    }
}
