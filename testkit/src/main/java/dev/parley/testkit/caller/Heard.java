package dev.parley.testkit.caller;

import dev.parley.testkit.line.LineRecording;
import dev.parley.testkit.line.PhoneCall;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A call as it was on the line, and what can be read from it. A position is a sample of the line: both directions count from
 * the same tick, sample {@code 160 * i + k} stands for {@code 20 * i + k / 8} ms after the call began, on Asterisk's wire.
 *
 * @param sent what the caller's phone sent
 * @param received what it was sent
 * @param said what the caller said, in order
 */
public record Heard(LineRecording sent, LineRecording received, List<Said> said) {
    /** Samples in a frame, and in a millisecond. */
    private static final int FRAME = LineRecording.FRAME_SAMPLES;

    private static final int MILLI = 8;

    /** What is on the line of a call now. */
    public static Heard of(PhoneCall call, List<Said> said) {
        LineRecording received = call.received();
        return new Heard(call.sent(), received, List.copyOf(said));
    }

    /** What was said under a label. */
    public Said said(String label) {
        return said.stream()
                .filter(one -> one.label().equals(label))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("nothing was said as '" + label + "'"));
    }

    /** What the bot sent in one go: frames with packets, parted where none came for longer than {@code gapMillis}. */
    public List<BotSpeech> botSpeeches(int gapMillis) {
        List<BotSpeech> found = new ArrayList<>();
        int first = received.firstPresent(0);
        while (first >= 0) {
            int last = first;
            int next = received.firstPresent(last + 1);
            while (next >= 0 && (next - last - 1) * 20 <= gapMillis) {
                last = next;
                next = received.firstPresent(last + 1);
            }
            found.add(new BotSpeech(first, last));
            first = next;
        }
        return found;
    }

    /** Frames of the bot's, first and last included. */
    public record BotSpeech(int firstFrame, int lastFrame) {
        /** How long it lasts. */
        public int millis() {
            return (lastFrame - firstFrame + 1) * 20;
        }
    }

    /** The first frame with a packet of the bot's that begins after a sample of the line. */
    public Optional<Integer> firstBotFrameAfter(int sample) {
        int frame = received.firstPresent(sample / FRAME + 1);
        return frame < 0 ? Optional.empty() : Optional.of(frame);
    }

    /** The first sample with sound of the bot's after a sample of the line, to 10 ms: its packets may begin with silence. */
    public Optional<Integer> firstBotSoundAfter(int sample) {
        int from = (sample / VoiceDetector.STEP + 1) * VoiceDetector.STEP;
        int first = VoiceDetector.forAnySound().firstVoiced(received.samples(), from);
        return first < 0 ? Optional.empty() : Optional.of(first);
    }

    /** Milliseconds from the end of the caller's voice to the first packet of the bot's after it. */
    public Optional<Double> silenceBeforeBot(Said said) {
        return firstBotFrameAfter(said.lastVoiced()).map(frame -> (frame * FRAME - said.lastVoiced()) / (double) MILLI);
    }

    /** Milliseconds from the end of the caller's voice to the first sound of the bot's after it, to 10 ms. */
    public Optional<Double> silenceBeforeBotSound(Said said) {
        return firstBotSoundAfter(said.lastVoiced()).map(sample -> (sample - said.lastVoiced()) / (double) MILLI);
    }

    /** Whether the bot was sending in the frame in which the caller's voice began. */
    public boolean beganOverBot(Said said) {
        int frame = said.firstVoiced() / FRAME;
        return said.firstVoiced() >= 0 && frame < received.frames() && received.present(frame);
    }

    /**
     * The last frame that the bot sent of what it was saying when the caller began: the one before the first hole of at
     * least {@code quietMillis}. Empty where the bot was not sending then.
     */
    public Optional<Integer> lastBotFrameAfterOnset(Said said, int quietMillis) {
        if (!beganOverBot(said)) {
            return Optional.empty();
        }
        int onset = said.firstVoiced() / FRAME;
        return botSpeeches(quietMillis - 1).stream()
                .filter(speech -> speech.firstFrame() <= onset && onset <= speech.lastFrame())
                .map(BotSpeech::lastFrame)
                .findFirst();
    }

    /** Milliseconds from the beginning of the caller's voice to the end of the last frame of what the bot was saying. */
    public Optional<Double> voiceToSilence(Said said, int quietMillis) {
        return lastBotFrameAfterOnset(said, quietMillis)
                .map(frame -> ((frame + 1) * FRAME - said.firstVoiced()) / (double) MILLI);
    }

    /** When a frame was on the wire, by the wall clock. */
    public Instant instantOfFrame(int frame) {
        return received.at(frame);
    }

    /** The wall-clock instant of a sample of the line. */
    public Instant instantOfSample(int sample) {
        return received.at(sample / FRAME).plusNanos(sample % FRAME * 125_000L);
    }
}
