package dev.parley.chunker;

import dev.parley.audio.Frames;
import dev.parley.chunker.domain.ListeningSettings;
import dev.parley.records.EndReason;
import dev.parley.runtime.config.BadSettings;
import dev.parley.runtime.config.Setting;
import dev.parley.runtime.config.Settings;
import java.util.ArrayList;
import java.util.List;

/**
 * What the chunker is set to, in frames.
 *
 * @param listening how calls are listened to
 */
public record ChunkerConfig(ListeningSettings listening) {

    /**
     * Reads the chunker's settings.
     *
     * @throws BadSettings naming all that do not go together
     */
    public static ChunkerConfig from(Settings settings) {
        boolean softWindow = settings.flag(Setting.USE_SOFT_WINDOW_INPUT);
        int longestUtterance = frames(settings, Setting.MAX_UTTERANCE_SECONDS);
        int longestRecording = frames(settings, Setting.VAD_MAX_RECORDING_TIME);
        boolean recordingIsShorter = !softWindow && longestRecording < longestUtterance;
        ListeningSettings listening = new ListeningSettings(
                frames(settings, Setting.VAD_SILENCE_TIMEOUT),
                frames(settings, Setting.VAD_MIN_RECORDING_TIME),
                recordingIsShorter ? longestRecording : longestUtterance,
                recordingIsShorter ? EndReason.MAX_RECORDING : EndReason.MAX_UTTERANCE,
                frames(settings, Setting.SPEECH_MIN_DURATION),
                softWindow,
                frames(settings, Setting.CHUNK_STREAMING_SECONDS),
                frames(settings, Setting.CHUNK_OVERLAP_MS),
                frames(settings, Setting.HEARD_LAG_MS),
                frames(settings, Setting.ECHO_TAIL_MS),
                settings.flag(Setting.BARGE_IN_ENABLED),
                frames(settings, Setting.BARGE_IN_SUSPECT_MS),
                frames(settings, Setting.BARGE_IN_GUARD_MS),
                frames(settings, Setting.BARGE_IN_STOP_MS));
        List<String> problems = problems(listening);
        if (!problems.isEmpty()) {
            throw new BadSettings(problems);
        }
        return new ChunkerConfig(listening);
    }

    private static List<String> problems(ListeningSettings listening) {
        List<String> problems = new ArrayList<>();
        if (2 * listening.overlap() >= listening.chunk()) {
            problems.add("CHUNK_OVERLAP_MS is more than half of CHUNK_STREAMING_SECONDS: chunks would hardly move on");
        }
        if (listening.softWindow() && listening.longest() <= listening.chunk()) {
            problems.add("MAX_UTTERANCE_SECONDS is not longer than CHUNK_STREAMING_SECONDS");
        }
        if (listening.suspect() > listening.guard()) {
            problems.add("BARGE_IN_SUSPECT_MS is longer than BARGE_IN_GUARD_MS: no voice could be suspected first");
        }
        if (listening.guard() > listening.stop()) {
            problems.add("BARGE_IN_GUARD_MS is longer than BARGE_IN_STOP_MS: no voice could be held first");
        }
        return problems;
    }

    private static int frames(Settings settings, Setting setting) {
        return Frames.covering(settings.duration(setting));
    }
}
