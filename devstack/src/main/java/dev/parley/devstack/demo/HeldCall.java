package dev.parley.devstack.demo;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.parley.audio.Frames;
import dev.parley.audio.Sound;
import dev.parley.audio.WavFile;
import dev.parley.devstack.audit.CallView;
import dev.parley.devstack.audit.Entry;
import dev.parley.devstack.audit.Timeline;
import dev.parley.records.AudioFrame;
import dev.parley.records.CallEvent;
import dev.parley.records.CallEventType;
import dev.parley.testkit.caller.Heard;
import dev.parley.testkit.caller.ScriptFailure;
import dev.parley.testkit.caller.ScriptedCaller;
import dev.parley.testkit.line.LineRecording;
import dev.parley.testkit.line.PhoneCall;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;

/**
 * A call that was held, over whatever telephony: the caller's line, and what the topics say of it. One thread.
 *
 * @param heard the line
 * @param view what the topics say
 * @param scriptHeld whether the caller could do all that he wanted
 */
record HeldCall(Heard heard, CallView view, boolean scriptHeld) {
    private static final Duration SETTLED = Duration.ofSeconds(10);

    /**
     * Runs a caller's script to its end, says where it could not go on, and waits until the call's end can be read back.
     *
     * @param callId the call's id on the topics; asked for when the script has ended
     */
    static HeldCall hold(
            ScriptedCaller script, PhoneCall phone, Timeline timeline, Supplier<String> callId, PrintStream out)
            throws InterruptedException {
        Heard heard;
        boolean held = true;
        try {
            heard = script.run(phone);
        } catch (ScriptFailure e) {
            out.println("The caller could not go on: " + e.getMessage());
            heard = e.heard();
            held = false;
            phone.hangUp();
        }
        phone.awaitEnd(Duration.ofSeconds(15));
        settle(timeline, callId.get());
        return new HeldCall(heard, new CallView(timeline.entries(), callId.get()), held);
    }

    /** Waits until the end of the call can be read back, and what comes with it. */
    private static void settle(Timeline timeline, String callId) throws InterruptedException {
        Instant deadline = Instant.now().plus(SETTLED);
        while (Instant.now().isBefore(deadline)
                && timeline.entries().stream()
                        .noneMatch(entry -> entry.key().equals(callId)
                                && entry.value() instanceof CallEvent event
                                && event.getType() == CallEventType.ENDED)) {
            Thread.sleep(50);
        }
        Thread.sleep(500);
    }

    /** @param silence that ends a turn */
    Judge judge(Duration silence) {
        return judge(silence, Judge.AtOnce.USUALLY);
    }

    /** @param silence that ends a turn */
    Judge judge(Duration silence, Judge.AtOnce atOnce) {
        return new Judge(heard, view, frames(), silence, atOnce);
    }

    FrameMap frames() {
        return new FrameMap(heard.sent(), view.records(AudioFrame.class));
    }

    /** What of the repertoire can be judged on any telephony. */
    void judgeRepertoire(Judge judge, double chunkSeconds) {
        judge.greeting();
        if (scriptHeld) {
            judge.answeredAtOnce(Scene.YES, "a short yes goes through at once");
            judge.longSpeech(Scene.STORY, chunkSeconds);
            judge.answeredAtOnce(Scene.STORY, "long speech is answered at once");
            judge.pauseKept(Scene.PAUSE, 1.7);
            judge.humPassed(Scene.HUM);
            judge.interrupted(Scene.INTERRUPTION);
            judge.answeredAtOnce(Scene.INTERRUPTION, "the interruption is answered");
            judge.endedBy("command");
        }
        judge.nothingLost(Scene.HUM);
        judge.answeredOnce();
    }

    /** What can be judged of any recording that was spoken. */
    void judgeRecording(Judge judge) {
        judge.greeting();
        if (scriptHeld) judge.answeredAtOnce(Scene.RECORDING, "the recording is answered at once");
        judge.nothingLost();
        judge.answeredOnce();
    }

    /** Both directions, true to time: the caller on the left, the bot on the right. */
    void record(Path wav) throws IOException {
        record(wav, heard, frames().frameZero());
    }

    /** @param first frame of the line with which the recording begins */
    static void record(Path wav, Heard heard, int first) throws IOException {
        WavFile.writeStereo(wav, fromFrame(heard.sent(), first), fromFrame(heard.received(), first));
    }

    /**
     * Writes the report's files into a folder, and prints what was judged.
     *
     * @param entries of all calls
     * @return 0, or 1 where something did not hold: the exit code
     */
    int report(Path folder, List<Entry> entries, String callId, Judge judge, PrintStream out) throws IOException {
        Files.createDirectories(folder);
        Path wav = folder.resolve("call.wav");
        record(wav);
        Timeline.write(folder.resolve("timeline.jsonl"), entries);
        ObjectMapper json = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);
        ObjectNode summary = json.createObjectNode();
        summary.set("checks", json.valueToTree(judge.checks()));
        summary.set("latencyMs", judge.latencies().toJson());
        json.writeValue(folder.resolve("summary.json").toFile(), summary);
        int first = frames().frameZero();
        Report.write(
                folder.resolve("report.html"),
                callId,
                view,
                judge.checks(),
                judge.latencies(),
                fromFrame(heard.sent(), first),
                fromFrame(heard.received(), first),
                wav);
        print(folder, judge, out);
        return failed(judge) == 0 ? 0 : 1;
    }

    private void print(Path folder, Judge judge, PrintStream out) {
        out.println();
        for (Check check : judge.checks())
            out.printf("  %s %s: %s%n", check.passed() ? "✓" : "✗", check.name(), check.detail());
        out.println();
        judge.latencies().toJson().properties().stream()
                .filter(entry -> entry.getValue().path("n").asInt() > 0)
                .forEach(entry -> out.printf(
                        Locale.ROOT,
                        "  %-18s p50 %6.0f ms   p99 %6.0f ms   n %d%n",
                        entry.getKey(),
                        entry.getValue().path("p50").asDouble(),
                        entry.getValue().path("p99").asDouble(),
                        entry.getValue().path("n").asInt()));
        out.println();
        out.println((failed(judge) == 0 ? "Everything held. " : failed(judge) + " check(s) FAILED. ")
                + folder.resolve("report.html") + " shows and plays the call.");
    }

    private long failed(Judge judge) {
        return judge.checks().stream().filter(check -> !check.passed()).count() + (scriptHeld ? 0 : 1);
    }

    private static Sound fromFrame(LineRecording line, int frame) {
        return Sound.ofLine(Arrays.copyOfRange(
                line.samples(), Math.min(line.samples().length, frame * Frames.SAMPLES), line.samples().length));
    }
}
