package dev.parley.testkit.caller;

import dev.parley.audio.Frames;
import dev.parley.audio.Sound;
import dev.parley.audio.WavFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;

/** A call as a stereo WAV, true to time: the caller on the left, the bot on the right. */
public final class CallRecording {
    private CallRecording() {}

    /** Writes what was on the line; the shorter side is filled up with silence. */
    public static void write(Path file, Heard heard) throws IOException {
        short[] caller = heard.sent().samples();
        short[] bot = heard.received().samples();
        int length = Math.max(caller.length, bot.length);
        WavFile.writeStereo(
                file,
                new Sound(Frames.SAMPLE_RATE, Arrays.copyOf(caller, length)),
                new Sound(Frames.SAMPLE_RATE, Arrays.copyOf(bot, length)));
    }
}
