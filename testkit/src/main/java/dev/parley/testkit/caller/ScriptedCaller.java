package dev.parley.testkit.caller;

import dev.parley.audio.Frames;
import dev.parley.audio.Resampler;
import dev.parley.audio.Sound;
import dev.parley.testkit.line.LineRecording;
import dev.parley.testkit.line.PhoneCall;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A caller who follows a script in real time. He decides by what reaches his ear, frame by frame, as a person does, and
 * knows nothing of the bot's records.
 *
 * <p>A script is immutable; each method gives a longer one. One thread runs it; where a wait takes too long the script fails
 * with {@link ScriptFailure}, which holds what was heard until then.
 *
 * {@snippet :
 * Heard heard = ScriptedCaller.script()
 *         .waitForBotToSpeak(Duration.ofSeconds(5))
 *         .waitForBotSilence(Duration.ofMillis(600), Duration.ofSeconds(20))
 *         .say("yes", yes)
 *         .waitForBotToSpeak(Duration.ofSeconds(10))
 *         .interruptAfter(Duration.ofMillis(800), "stop", stop)
 *         .hangUp()
 *         .run(call);
 * }
 */
public final class ScriptedCaller {
    private static final Logger LOG = LoggerFactory.getLogger(ScriptedCaller.class);
    private static final VoiceDetector EAR = VoiceDetector.forAnySound();

    private final List<Step> steps;

    private ScriptedCaller(List<Step> steps) {
        this.steps = steps;
    }

    /** An empty script. */
    public static ScriptedCaller script() {
        return new ScriptedCaller(List.of());
    }

    /** Waits until the bot speaks; where it does already, this is over at once. */
    public ScriptedCaller waitForBotToSpeak(Duration atMost) {
        return then(new Step.WaitForBot(atMost));
    }

    /** Waits until the bot has made no sound for {@code quiet}; silence that is already there counts. */
    public ScriptedCaller waitForBotSilence(Duration quiet, Duration atMost) {
        return then(new Step.WaitForSilence(quiet, atMost));
    }

    /**
     * Speaks; the next step begins when the last frame is on the line.
     *
     * @param label how {@link Heard#said(String)} finds it again
     * @param sound at any rate
     */
    public ScriptedCaller say(String label, Sound sound) {
        return then(new Step.Say(label, line(sound)));
    }

    /** Sends comfort zeros for so long. */
    public ScriptedCaller pause(Duration length) {
        return then(new Step.Pause(length));
    }

    /** Waits until the bot has been speaking for {@code afterSpeech} since it began, then speaks over it. */
    public ScriptedCaller interruptAfter(Duration afterSpeech, String label, Sound sound) {
        return then(new Step.Interrupt(afterSpeech, Duration.ofSeconds(30), label, line(sound)));
    }

    /** Presses a key. */
    public ScriptedCaller press(String digit) {
        return then(new Step.Press(digit));
    }

    /** Hangs up. */
    public ScriptedCaller hangUp() {
        return then(new Step.HangUp());
    }

    /** Waits until the bot hangs up: the only wait that the end of the call does not fail. */
    public ScriptedCaller waitForEnd(Duration atMost) {
        return then(new Step.WaitForEnd(atMost));
    }

    /** Does anything else with the phone or its network. */
    public ScriptedCaller act(String name, Consumer<PhoneCall> action) {
        return then(new Step.Do(name, action));
    }

    private ScriptedCaller then(Step step) {
        List<Step> longer = new ArrayList<>(steps);
        longer.add(step);
        return new ScriptedCaller(List.copyOf(longer));
    }

    private static Sound line(Sound sound) {
        return Resampler.resample(sound, Frames.SAMPLE_RATE);
    }

    /** Runs the script on a virtual thread of its own. */
    public CompletableFuture<Heard> start(PhoneCall call) {
        CompletableFuture<Heard> result = new CompletableFuture<>();
        Thread.ofVirtual().name("caller-" + call.name()).start(() -> {
            try {
                result.complete(run(call));
            } catch (RuntimeException e) {
                result.completeExceptionally(e);
            }
        });
        return result;
    }

    /**
     * Runs the script on this thread, to its end or to the call's.
     *
     * @return what was on the line until then
     * @throws ScriptFailure where a wait took too long, or the call was over before its last step
     */
    public Heard run(PhoneCall call) {
        Run run = new Run(call);
        for (Step step : steps) {
            try {
                LOG.atDebug()
                        .addKeyValue("call", call.name())
                        .addKeyValue("step", step.getClass().getSimpleName())
                        .log("caller");
                run.take(step);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new ScriptFailure("interrupted in step " + step, Heard.of(call, run.said));
            }
        }
        return Heard.of(call, run.said);
    }

    /** A script on one call: where it stands on the line. */
    private static final class Run {
        private final PhoneCall call;
        private final List<Said> said = new ArrayList<>();
        /** The first frame that the script has not listened to. */
        private int next;
        /** The frame in which the bot's present speech began, by what the script has listened to; -1 where it is silent. */
        private int botSince = -1;

        private int lastSound = -1;

        Run(PhoneCall call) {
            this.call = call;
        }

        void take(Step step) throws InterruptedException {
            switch (step) {
                case Step.WaitForBot wait -> listenUntil(wait.atMost(), "for the bot to speak", this::botSpeaksNow);
                case Step.WaitForSilence wait ->
                    listenUntil(
                            wait.atMost(),
                            "for the bot's silence",
                            () -> next - 1 - lastSound >= Frames.covering(wait.quiet()));
                case Step.Say say -> speak(say.label(), say.sound());
                case Step.Pause pause -> listenTo(next + Frames.covering(pause.length()));
                case Step.Interrupt interrupt -> {
                    int frames = Frames.covering(interrupt.afterSpeech());
                    listenUntil(
                            interrupt.atMost(),
                            "for " + interrupt.afterSpeech().toMillis() + " ms of the bot's speech",
                            () -> botSpeaksNow() && next - botSince >= frames);
                    speak(interrupt.label(), interrupt.sound());
                }
                case Step.Press press -> call.press(press.digit());
                case Step.HangUp hangUp -> call.hangUp();
                case Step.WaitForEnd end -> {
                    if (!call.awaitEnd(end.atMost())) {
                        throw tookTooLong(end.atMost(), "for the bot to hang up");
                    }
                }
                case Step.Do action -> action.action().accept(call);
            }
        }

        private boolean botSpeaksNow() {
            return botSince >= 0;
        }

        private void speak(String label, Sound sound) throws InterruptedException {
            short[] samples = sound.samples();
            int first = call.say(samples);
            int frames = (samples.length + Frames.SAMPLES - 1) / Frames.SAMPLES;
            VoiceDetector detector = VoiceDetector.forClean(samples);
            int firstVoiced = detector.firstVoiced(samples, 0);
            int lastVoiced = detector.lastVoiced(samples);
            int offset = first * Frames.SAMPLES;
            said.add(new Said(
                    label,
                    first,
                    frames,
                    firstVoiced < 0 ? -1 : offset + firstVoiced,
                    lastVoiced < 0 ? -1 : offset + lastVoiced));
            listenTo(first + frames);
        }

        private void listenTo(int frame) throws InterruptedException {
            while (next < frame) {
                listen();
            }
        }

        private interface Condition {
            boolean holds();
        }

        private void listenUntil(Duration atMost, String what, Condition condition) throws InterruptedException {
            int last = next + Frames.covering(atMost);
            while (!condition.holds()) {
                if (next > last) {
                    throw tookTooLong(atMost, what);
                }
                listen();
            }
        }

        private ScriptFailure tookTooLong(Duration atMost, String what) {
            return new ScriptFailure("waited " + atMost.toMillis() + " ms " + what, Heard.of(call, said));
        }

        /** Hears one more frame. A hole of more than 400 ms ends a speech of the bot's. */
        private void listen() throws InterruptedException {
            if (!call.awaitFrames(next + 1)) {
                throw new ScriptFailure("the call ended before the script did", Heard.of(call, said));
            }
            LineRecording frame = call.receivedFrom(next);
            short[] samples = frame.frame(0);
            if (EAR.isVoice(samples, 0) || EAR.isVoice(samples, VoiceDetector.STEP)) {
                botSince = botSince < 0 ? next : botSince;
                lastSound = next;
            } else if (next - lastSound > 20) {
                botSince = -1;
            }
            next++;
        }
    }
}
