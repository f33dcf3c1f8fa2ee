package dev.parley.testkit.asterisk;

import dev.parley.audio.Sound;
import dev.parley.audio.WavFile;
import dev.parley.testkit.caller.VoiceDetector;

/** A bot of a few lines on a simulated call, which listens on the line itself: enough to try a scripted caller with. */
public final class LoopingBot implements AutoCloseable {
    private final SimulatedLab lab = new SimulatedLab();
    private final SimulatedCall call = lab.call();

    public SimulatedCall call() {
        return call;
    }

    /** Says this at once. */
    public LoopingBot prompt(Sound sound) {
        play("prompt", sound);
        return this;
    }

    /** Stops its prompt so long after the caller's voice began. */
    public LoopingBot stopAfterVoice(int millis) {
        onVoice(true, millis / 20, () -> lab.ari.delete("/playbacks/prompt"));
        return this;
    }

    /** Says this so many frames after the caller's voice ended. */
    public LoopingBot answerAfterSaid(int frames, Sound sound) {
        onVoice(false, frames, () -> play("answer", sound));
        return this;
    }

    private void play(String id, Sound sound) {
        lab.play(call, id, "sound:" + lab.ari.serve("/" + id + ".wav", "audio/wav", null, WavFile.bytes(sound)));
    }

    private void onVoice(boolean atOnset, int frames, Runnable action) {
        Thread.ofVirtual().start(() -> {
            try {
                int voiced = -1;
                for (int frame = 0; call.awaitFrames(frame + 1); frame++) {
                    boolean voice = VoiceDetector.forAnySound()
                            .isVoice(call.sentFrom(frame).frame(0), 0);
                    voiced = voice && (voiced < 0 || !atOnset) ? frame : voiced;
                    if (voiced >= 0 && frame - voiced >= frames) {
                        action.run();
                        return;
                    }
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
    }

    @Override
    public void close() {
        lab.close();
    }
}
