package dev.parley.testkit.caller;

import dev.parley.audio.Sound;
import dev.parley.testkit.line.PhoneCall;
import java.time.Duration;
import java.util.function.Consumer;

/** A step of a caller's script. */
sealed interface Step {
    /** Waits until the bot speaks. */
    record WaitForBot(Duration atMost) implements Step {}

    /** Waits until the bot has made no sound for so long. */
    record WaitForSilence(Duration quiet, Duration atMost) implements Step {}

    /** Speaks, and waits for its own end. */
    record Say(String label, Sound sound) implements Step {}

    record Pause(Duration length) implements Step {}

    /** Waits until the bot has been speaking for so long, then speaks over it. */
    record Interrupt(Duration afterSpeech, Duration atMost, String label, Sound sound) implements Step {}

    record Press(String digit) implements Step {}

    record HangUp() implements Step {}

    /** Waits until the other side has hung up. */
    record WaitForEnd(Duration atMost) implements Step {}

    /** Anything else that a phone or its network can do. */
    record Do(String name, Consumer<PhoneCall> action) implements Step {}
}
