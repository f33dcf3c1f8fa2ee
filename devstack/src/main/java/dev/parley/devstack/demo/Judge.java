package dev.parley.devstack.demo;

import dev.parley.audio.Sound;
import dev.parley.devstack.audit.CallView;
import dev.parley.devstack.audit.Latencies;
import dev.parley.records.EndReason;
import dev.parley.records.PlaybackEvent;
import dev.parley.records.PlaybackEventType;
import dev.parley.records.Reply;
import dev.parley.records.ReplyHeard;
import dev.parley.records.ReplyKind;
import dev.parley.records.ReplyType;
import dev.parley.records.SpeechEvent;
import dev.parley.records.SpeechEventType;
import dev.parley.records.Transcript;
import dev.parley.records.TranscriptStatus;
import dev.parley.testkit.caller.Heard;
import dev.parley.testkit.caller.Said;
import dev.parley.testkit.line.LineRecording;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Judges a call. What the caller heard, and when, is taken from the samples on his line, never from our own records; what was
 * understood and decided is read from the topics.
 */
final class Judge {
    /** Speech may begin and end so many frames off what a detector on the line says. */
    private static final int TAP_FRAMES = 3;
    /** A soft end of a word goes on so long after what is clear in it. */
    private static final int SOFT_FRAMES = 12;
    /** What an interruption makes void begins with its utterance, and that so many frames before its voice at most. */
    private static final int VOID_LEAD_FRAMES = 25;
    /** A silence of the bot's that is more than the gap between two of its playbacks. */
    private static final int BOT_QUIET_MS = 250;

    /**
     * How soon is at once, in milliseconds.
     *
     * @param answer an answer that was ready is heard so soon after the silence that had to be waited for
     * @param silence speech over the bot silences it so soon
     */
    record AtOnce(double answer, double silence) {
        /** What a machine that does nothing else achieves with a wide margin. */
        static final AtOnce USUALLY = new AtOnce(400, 600);
    }

    private final Heard line;
    private final CallView call;
    private final FrameMap frames;
    private final double silenceMillis;
    private final AtOnce atOnce;
    private final Map<Said, ClearSpeech> speeches = new HashMap<>();
    private final Latencies latencies = new Latencies();
    private final List<Check> checks = new ArrayList<>();

    /**
     * @param frames of the line and of the call
     * @param silence that ends a turn
     */
    Judge(Heard line, CallView call, FrameMap frames, Duration silence, AtOnce atOnce) {
        this.line = line;
        this.call = call;
        this.frames = frames;
        this.silenceMillis = silence.toMillis();
        this.atOnce = atOnce;
        latencies.declare("endOfTurnToSound");
        latencies.declare("bargeInToSilence");
        latencies.declare("asr");
        call.records(Transcript.class)
                .filter(transcript -> transcript.getStatus() == TranscriptStatus.RECOGNISED)
                .forEach(transcript -> latencies.add("asr", transcript.getTookMicros() / 1000.0));
    }

    List<Check> checks() {
        return List.copyOf(checks);
    }

    Latencies latencies() {
        return latencies;
    }

    void greeting() {
        Optional<ReplyHeard> greeting = call.heard(ReplyKind.PROMPT).stream()
                .filter(ReplyHeard::getComplete)
                .findFirst();
        Optional<Integer> first = line.firstBotFrameAfter(0);
        check(
                "the greeting is heard",
                greeting.isPresent() && first.isPresent(),
                first.map(frame -> "first sound " + frame * 20 + " ms after the call began")
                        .orElse("the caller heard nothing"));
    }

    /** The answer to something comes at once when its turn is over, and not before. */
    void answeredAtOnce(String label, String name) {
        Said said = line.said(label);
        Optional<Double> silence = line.silenceBeforeBot(said);
        String heard = textOver(said);
        silence.ifPresent(millis -> latencies.add("endOfTurnToSound", millis - silenceMillis));
        check(
                name,
                silence.isPresent()
                        && silence.get() >= silenceMillis - 60
                        && silence.get() <= silenceMillis + atOnce.answer()
                        && !heard.isBlank(),
                silence.map(millis -> String.format(
                                Locale.ROOT,
                                "first sound %.0f ms after the %.1f s of silence; understood \"%s\"",
                                millis - silenceMillis,
                                silenceMillis / 1000,
                                shortened(heard)))
                        .orElse("no answer was heard"));
    }

    /** Long speech goes out in chunks of about five seconds, ends with a final one, and is answered as a whole. */
    void longSpeech(String label, double chunkSeconds) {
        Said said = line.said(label);
        Optional<CallView.Utterance> utterance = utteranceOver(said);
        long partials = utterance.map(CallView.Utterance::partials).orElse(0L);
        double seconds = (said.lastVoiced() - said.firstVoiced()) / 8000.0;
        long wanted = (long) (seconds / (chunkSeconds + 1));
        boolean isFinal = utterance.stream()
                .flatMap(found -> found.ends().stream())
                .anyMatch(end -> end.getReason() == EndReason.SILENCE);
        boolean whole = utterance.isPresent()
                && utterance.get().first() <= firstClear(said) + TAP_FRAMES
                && utterance.get().lastFrame() >= lastClear(said) - TAP_FRAMES;
        check(
                "long speech goes out in chunks and ends with a final one",
                utterance.isPresent() && partials >= wanted && isFinal && whole,
                String.format(
                        Locale.ROOT,
                        "%.1f s of speech: %d partial chunks, %s, %s",
                        seconds,
                        partials,
                        isFinal ? "a final one" : "NO final one",
                        whole
                                ? "from the first word to the last"
                                : "NOT the whole of it (voice in frames " + firstClear(said) + " to " + lastClear(said)
                                        + ")"));
        long end = lastClear(said);
        Optional<Reply> committed = commitAfter(end - 3);
        check(
                "the answer to long speech misses none of its tail",
                committed.isPresent()
                        && committed.get().getTurn() != null
                        && committed.get().getTurn() >= end - 3,
                committed
                                .map(reply -> "answers the turn up to frame " + reply.getTurn()
                                        + ", the voice ended at " + end)
                                .orElse("nothing was answered")
                        + "; its end: \"…" + tail(textOver(said)) + "\"");
    }

    /** A pause inside speech does not end the turn. */
    void pauseKept(String label, double pauseSeconds) {
        Said said = line.said(label);
        long from = firstClear(said) - 10;
        long to = lastClear(said);
        List<SpeechEvent> ends = call.events(SpeechEventType.END_OF_TURN).stream()
                .filter(event -> event.getLastVoicedFrame() >= from && event.getLastVoicedFrame() <= to + SOFT_FRAMES)
                .toList();
        boolean quiet = line.firstBotFrameAfter(said.firstVoiced())
                .map(frame -> frame * LineRecording.FRAME_SAMPLES > said.lastVoiced())
                .orElse(true);
        check(
                String.format(Locale.ROOT, "a pause of %.1f s does not end the turn", pauseSeconds),
                ends.size() == 1 && ends.getFirst().getLastVoicedFrame() >= to - 3 && quiet,
                ends.size() + " end of turn in it, after frame "
                        + ends.stream()
                                .map(end -> String.valueOf(end.getLastVoicedFrame()))
                                .toList() + "; the voice ended at " + to
                        + (quiet ? ", and the bot kept silent" : ", and the BOT SPOKE"));
    }

    /** A hum over the bot does not stop it: what it was saying goes on. */
    void humPassed(String label) {
        Said said = line.said(label);
        long from = toCall(said.firstVoiced());
        boolean stopped = call.records(PlaybackEvent.class)
                .anyMatch(event -> event.getType() == PlaybackEventType.STOPPED
                        && event.getFrame() >= from
                        && event.getFrame() <= from + 150);
        Optional<Integer> after = line.firstBotFrameAfter(said.lastVoiced());
        boolean goesOn =
                after.isPresent() && (after.get() * LineRecording.FRAME_SAMPLES - said.lastVoiced()) / 8 < 2000;
        boolean over = line.beganOverBot(said);
        check(
                "an \"mm-hm\" over the bot does not stop it",
                over && !stopped && goesOn,
                over
                        ? (stopped
                                ? "it was STOPPED"
                                : goesOn
                                        ? "it goes on "
                                                + (after.get() * LineRecording.FRAME_SAMPLES - said.lastVoiced()) / 8
                                                + " ms after the hum"
                                        : "it did NOT go on")
                        : "the bot was not speaking");
    }

    /** Speech over the bot silences it, that is logged, and nothing old is heard after it. */
    void interrupted(String label) {
        Said said = line.said(label);
        Optional<Double> millis = line.voiceToSilence(said, BOT_QUIET_MS);
        millis.ifPresent(value -> latencies.add("bargeInToSilence", value));
        check(
                "speech over the bot silences it at once",
                millis.isPresent() && millis.get() <= atOnce.silence(),
                millis.map(value ->
                                String.format(Locale.ROOT, "the bot's last frame %.0f ms after the voice began", value))
                        .orElse("the bot was not speaking, or never stopped"));
        long onset = toCall(said.firstVoiced());
        boolean confirmed = call.events(SpeechEventType.CONFIRMED).stream().anyMatch(event -> event.getFrame() >= onset)
                || call.records(dev.parley.records.BargeIn.class)
                        .anyMatch(state ->
                                state.getFrame() >= onset && state.getVoidBefore() >= onset - VOID_LEAD_FRAMES);
        List<PlaybackEvent> stops = call.records(PlaybackEvent.class)
                .filter(event -> event.getType() == PlaybackEventType.STOPPED && event.getFrame() >= onset)
                .toList();
        check(
                "the interruption is on the topics",
                confirmed && !stops.isEmpty(),
                confirmed
                        ? stops.size() + " stop(s), HTTP "
                                + stops.stream()
                                        .map(stop -> String.valueOf(stop.getHttpStatus()))
                                        .toList()
                        : "no void and no confirmation was published");
        // Old audio: anything sent between the bot's silence and the first frame that a new answer can have, the end of
        // the caller's turn.
        Optional<Integer> last = line.lastBotFrameAfterOnset(said, BOT_QUIET_MS);
        int newAnswer = (int) ((said.lastVoiced() / 8.0 + silenceMillis - 60) / 20);
        long stray = last.map(frame -> strayFrames(frame + 1, newAnswer)).orElse(-1L);
        check(
                "nothing of the stopped answer is heard later",
                stray == 0,
                stray < 0
                        ? "the bot was not silenced"
                        : stray + " frames of the bot between its silence and the new answer");
    }

    private long strayFrames(int from, int to) {
        long stray = 0;
        for (int frame = from; frame < Math.min(to, line.received().frames()); frame++)
            if (line.received().present(frame)) stray++;
        return stray;
    }

    /**
     * Every frame in which the caller clearly says words is in a chunk.
     *
     * @param wordless what he uttered without words: whether a hum is voice is a matter of opinion
     */
    void nothingLost(String... wordless) {
        List<String> lost = new ArrayList<>();
        int spoken = 0;
        for (Said said : line.said()) {
            if (List.of(wordless).contains(said.label())) {
                continue;
            }
            for (int i = 0; i < said.frames(); i++) {
                if (!speech(said).at(i)) continue;
                spoken++;
                long frame = toCall((said.firstFrame() + i) * LineRecording.FRAME_SAMPLES);
                if (call.utterances().stream()
                        .flatMap(utterance -> utterance.chunks().stream())
                        .noneMatch(chunk -> chunk.getFirstFrame() <= frame && frame <= chunk.getLastFrame())) {
                    lost.add(said.label() + ", frame " + frame);
                }
            }
        }
        check(
                "every frame in which the caller clearly speaks is in a chunk",
                lost.isEmpty() && spoken > 0,
                lost.size() + " of " + spoken + " frames are in none" + (lost.isEmpty() ? "" : ": " + lost));
    }

    /** An utterance has one answer at most. */
    void answeredOnce() {
        List<Reply> commits = call.records(Reply.class)
                .filter(reply -> reply.getType() == ReplyType.COMMIT)
                .toList();
        long turns = commits.stream().map(Reply::getTurn).distinct().count();
        check(
                "no turn is answered twice",
                turns == commits.size() && turns > 0,
                commits.size() + " answers committed to " + turns + " turns");
    }

    void endedBy(String reason) {
        Optional<String> found = call.records(dev.parley.records.CallEvent.class)
                .filter(event -> event.getType() == dev.parley.records.CallEventType.ENDED)
                .map(event -> String.valueOf(event.getReason()))
                .findFirst();
        check(
                "the call ends as it should",
                found.isPresent() && found.get().equals(reason),
                "ended: " + found.orElse("not at all"));
    }

    void idle(Optional<Duration> length, Duration timeout, Duration interval) {
        double tolerance = 1.0;
        double seconds = length.map(duration -> duration.toMillis() / 1000.0).orElse(Double.NaN);
        check(
                "an idle call lives until CALL_INACTIVITY_TIMEOUT",
                length.isPresent()
                        && seconds >= timeout.toSeconds()
                        && seconds <= timeout.toSeconds() + interval.toSeconds() + tolerance,
                length.isEmpty()
                        ? "it was still up when the demo ended"
                        : String.format(
                                Locale.ROOT,
                                "ended after %.1f s; the time-out is %d s, looked for every %d s",
                                seconds,
                                timeout.toSeconds(),
                                interval.toSeconds()));
    }

    private Optional<Reply> commitAfter(long frame) {
        return call.records(Reply.class)
                .filter(reply -> reply.getType() == ReplyType.COMMIT && reply.getFrame() >= frame)
                .min(Comparator.comparingLong(Reply::getFrame));
    }

    private Optional<CallView.Utterance> utteranceOver(Said said) {
        long middle = (toCall(said.firstVoiced()) + toCall(said.lastVoiced())) / 2;
        return call.utterances().stream()
                .filter(utterance -> utterance.first() <= middle && utterance.lastFrame() >= middle)
                .findFirst();
    }

    private String textOver(Said said) {
        long from = toCall(said.firstVoiced());
        long to = toCall(said.lastVoiced());
        return String.join(
                " ",
                call.utterances().stream()
                        .filter(utterance -> utterance.lastFrame() >= from && utterance.first() <= to)
                        .map(CallView.Utterance::text)
                        .toList());
    }

    private long toCall(int sample) {
        return frames.toCall(sample);
    }

    /** The call's first frame in which somebody speaks beyond doubt: what a room adds to the words is not voice. */
    private long firstClear(Said said) {
        return toCall((said.firstFrame() + speech(said).first()) * LineRecording.FRAME_SAMPLES);
    }

    private long lastClear(Said said) {
        return toCall((said.firstFrame() + speech(said).last()) * LineRecording.FRAME_SAMPLES);
    }

    private ClearSpeech speech(Said said) {
        return speeches.computeIfAbsent(said, one -> {
            int from = one.firstFrame() * LineRecording.FRAME_SAMPLES;
            int to = Math.min(
                    from + one.frames() * LineRecording.FRAME_SAMPLES,
                    line.sent().samples().length);
            return new ClearSpeech(Sound.ofLine(Arrays.copyOfRange(line.sent().samples(), from, to)));
        });
    }

    private static String shortened(String text) {
        return text.length() <= 60 ? text : text.substring(0, 28) + " … " + text.substring(text.length() - 28);
    }

    private static String tail(String text) {
        return text.length() <= 40 ? text : text.substring(text.length() - 40);
    }

    private void check(String name, boolean passed, String detail) {
        checks.add(new Check(name, passed, detail));
    }
}
