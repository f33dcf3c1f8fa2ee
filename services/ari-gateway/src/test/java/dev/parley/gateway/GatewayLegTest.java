package dev.parley.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.parley.audio.Frames;
import dev.parley.audio.Pcm;
import dev.parley.records.AudioFrame;
import dev.parley.records.BargeIn;
import dev.parley.records.BargeInWriter;
import dev.parley.records.FrameKind;
import dev.parley.records.PlaybackEvent;
import dev.parley.records.PlaybackEventType;
import dev.parley.records.ReplyAudio;
import dev.parley.records.ReplyAudioType;
import dev.parley.records.ReplyKind;
import dev.parley.records.Suspicion;
import dev.parley.schemas.PlaybackId;
import dev.parley.schemas.Topics;
import dev.parley.testkit.asterisk.SimulatedCall;
import dev.parley.testkit.line.LineRecording;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A call whose bot speaks through a leg that the gateway owns (PLAYBACK=stream). */
class GatewayLegTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private GatewayHarness harness;
    private SimulatedCall call;
    private String callId;

    @BeforeEach
    void dial() {
        harness = GatewayHarness.streaming();
        call = harness.dial();
        callId = "sim~" + call.channelId();
        harness.awaitFrames(call, 3);
    }

    @AfterEach
    void close() {
        harness.close();
    }

    @Test
    void theCallerIsHeardAndHearsAndNoSnoopIsNeeded() {
        call.say(steps(500, 40));
        sound(0, 100, 30, 0);

        awaitType(0, PlaybackEventType.FINISHED);
        assertThat(heard()).containsExactly(IntStream.range(100, 130).toArray());
        await().atMost(PATIENCE).until(() -> samples().contains(539));
        assertThat(samples().stream().filter(step -> step != 0))
                .containsExactlyElementsOf(IntStream.range(500, 540).boxed().toList());
        assertThat(harness.asterisk.liveChannels()).noneMatch(id -> id.contains("snoop"));
        assertThat(types(0)).containsExactly(PlaybackEventType.STARTED, PlaybackEventType.FINISHED);
        assertThat(event(0, PlaybackEventType.FINISHED).getHeardMs()).isEqualTo(600);
        assertThat(harness.audio(call))
                .anyMatch(frame -> frame.getHeard() != null
                        && frame.getHeard().getPlaybackId().equals(id(0)));
        call.hangUp();
        harness.awaitEnded(call);
        harness.awaitNothingLeft();
    }

    @Test
    void aVoidSilencesWhatAnswersAnEarlierFrameAndTellsToTheFrameWhatWasHeard() {
        sound(0, 100, 200, 50);
        awaitHeard(115);

        bargeIn(60, null);

        awaitType(0, PlaybackEventType.FINISHED);
        int sent = heard().length;
        await().pollDelay(Duration.ofMillis(300)).until(() -> true);
        assertThat(heard()).hasSize(sent);
        assertThat(event(0, PlaybackEventType.FINISHED).getHeardMs()).isEqualTo(20 * sent);
        assertThat(event(0, PlaybackEventType.FINISHED).getReason()).isEqualTo("barge-in");
        assertThat(event(0, PlaybackEventType.STOPPED).getBargeInFrame()).isEqualTo(60);

        // And a record of the same answer that comes late is not heard, one of the next answer is
        sound(1, 300, 5, 50);
        sound(2, 400, 5, 60);
        awaitHeard(404);
        assertThat(IntStream.of(heard()).boxed()).noneMatch(step -> step >= 300 && step < 400);
    }

    @Test
    void aSuspicionPausesAndItsDeadlineResumesThoughNobodySpeaksAgain() {
        sound(0, 100, 100, 0);
        awaitHeard(110);

        bargeIn(0, suspicion(Duration.ofMillis(400)));

        awaitType(0, PlaybackEventType.PAUSED);
        awaitType(0, PlaybackEventType.FINISHED);
        assertThat(heard()).containsExactly(IntStream.range(100, 200).toArray());
        assertThat(types(0))
                .containsExactly(
                        PlaybackEventType.STARTED,
                        PlaybackEventType.PAUSED,
                        PlaybackEventType.RESUMED,
                        PlaybackEventType.FINISHED);
        assertThat(longestHole()).isBetween(15, 45);
    }

    @Test
    void nothingIsLostWhileTheCallerHasTheBotOnHold() {
        sound(0, 100, 60, 0);
        awaitHeard(110);

        call.hold();
        awaitType(0, PlaybackEventType.PAUSED);
        await().pollDelay(Duration.ofMillis(400)).until(() -> true);
        call.unhold();

        awaitType(0, PlaybackEventType.FINISHED);
        assertThat(heard()[heard().length - 1]).isEqualTo(159);
        assertThat(heard().length).isGreaterThanOrEqualTo(55);
        assertThat(event(0, PlaybackEventType.PAUSED).getReason()).isEqualTo("hold");
    }

    @Test
    void aLostLegIsBuiltAnewUnderTheNextEpochAndTheNextSoundIsHeard() {
        sound(0, 100, 200, 0);
        sound(1, 400, 10, 0);
        awaitHeard(115);

        String leg = harness.asterisk.liveChannels().stream()
                .filter(id -> id.startsWith("parley-media-"))
                .findFirst()
                .orElseThrow();
        harness.asterisk.dropMedia(leg);

        awaitType(1, PlaybackEventType.FINISHED);
        PlaybackEvent lost = event(0, PlaybackEventType.FINISHED);
        assertThat(lost.getReason()).isEqualTo("leg-lost");
        assertThat(lost.getHeardMs()).isBetween(300, 3_900);
        assertThat(heard()).contains(IntStream.range(400, 410).toArray());
        await().atMost(PATIENCE)
                .until(() -> harness.audio(call).getLast().getTapEpoch() == 1
                        && harness.audio(call).getLast().getKind() == FrameKind.FRAME);
        GatewayHarness.assertWithoutHole(harness.audio(call));
    }

    @Test
    void whoAsksIsTold() {
        sound(0, 100, 5, 0);
        awaitType(0, PlaybackEventType.FINISHED);

        send(0, ReplyAudioType.ASK);
        send(7, ReplyAudioType.ASK);

        awaitType(7, PlaybackEventType.FAILED);
        assertThat(types(0).stream().filter(PlaybackEventType.FINISHED::equals)).hasSize(2);
    }

    @Test
    void aStopAndWhatIsTooOldAreHeeded() {
        sound(0, 100, 200, 0);
        awaitHeard(110);
        send(0, ReplyAudioType.STOP);
        awaitType(0, PlaybackEventType.FINISHED);
        assertThat(event(0, PlaybackEventType.FINISHED).getReason()).isEqualTo("stopped");

        ReplyAudio old = record(1, ReplyAudioType.SOUND, steps(300, 5), 0L);
        old.setAt(now() - 11_000_000);
        harness.gateway.replyAudio(old);
        sound(2, 400, 5, 0);

        awaitHeard(404);
        assertThat(IntStream.of(heard()).boxed()).noneMatch(step -> step >= 300 && step < 400);
    }

    /** A phone that suppresses silence: the leg gives nothing, and is not broken. */
    @Test
    void aPhoneThatSendsNothingBreaksNothing() {
        call.stopRtp();
        await().pollDelay(Duration.ofMillis(2_500)).atMost(PATIENCE).until(() -> true);
        call.resumeRtp();
        call.say(steps(500, 10));

        await().atMost(PATIENCE).until(() -> samples().contains(509));
        assertThat(harness.audio(call)).allMatch(frame -> frame.getTapEpoch() == 0);
        GatewayHarness.assertWithoutHole(harness.audio(call));
    }

    // ---------------------------------------------------------------- what is said

    private String id(int n) {
        return new PlaybackId(ReplyKind.ANSWER, callId, 10, 0, 0, 0, n).toString();
    }

    private void sound(int n, int first, int frames, long answers) {
        harness.gateway.replyAudio(record(n, ReplyAudioType.SOUND, steps(first, frames), answers));
    }

    private void send(int n, ReplyAudioType type) {
        harness.gateway.replyAudio(record(n, type, new short[0], null));
    }

    private ReplyAudio record(int n, ReplyAudioType type, short[] samples, Long answers) {
        return ReplyAudio.newBuilder()
                .setCallId(callId)
                .setPlaybackId(id(n))
                .setType(type)
                .setAnswers(answers)
                .setPcm(ByteBuffer.wrap(Pcm.toBytes(samples)))
                .setVoice("steps")
                .setAt(now())
                .build();
    }

    private void bargeIn(long voidBefore, Suspicion suspicion) {
        harness.gateway.bargeIn(BargeIn.newBuilder()
                .setCallId(callId)
                .setWriter(BargeInWriter.CHUNKER)
                .setVoidBefore(voidBefore)
                .setSuspicion(suspicion)
                .setFrame(voidBefore)
                .setAt(now())
                .build());
    }

    private Suspicion suspicion(Duration deadline) {
        return new Suspicion(40L, id(0), now() + deadline.toNanos() / 1_000);
    }

    private static long now() {
        return ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now());
    }

    // ---------------------------------------------------------------- what is found

    private List<PlaybackEvent> events(int n) {
        return harness.control.of(Topics.PLAYBACK_EVENTS).stream()
                .filter(event -> event.getPlaybackId().equals(id(n)))
                .toList();
    }

    private List<PlaybackEventType> types(int n) {
        return events(n).stream().map(PlaybackEvent::getType).toList();
    }

    private PlaybackEvent event(int n, PlaybackEventType type) {
        return events(n).stream()
                .filter(event -> event.getType() == type)
                .findFirst()
                .orElseThrow();
    }

    private void awaitType(int n, PlaybackEventType type) {
        await().atMost(PATIENCE).until(() -> types(n).contains(type));
    }

    /** The steps that were sent to the caller. */
    private int[] heard() {
        LineRecording line = call.received();
        return IntStream.range(0, line.frames())
                .filter(line::present)
                .map(frame -> line.frame(frame)[0])
                .toArray();
    }

    private void awaitHeard(int step) {
        await().atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(20))
                .until(() -> IntStream.of(heard()).anyMatch(one -> one == step));
    }

    /** Frames without sound between two frames with sound. */
    private int longestHole() {
        LineRecording line = call.received();
        int longest = 0;
        int last = line.firstPresent(0);
        for (int frame = last; frame < line.frames(); frame++) {
            if (line.present(frame)) {
                longest = Math.max(longest, frame - last - 1);
                last = frame;
            }
        }
        return longest;
    }

    private List<Integer> samples() {
        return harness.audio(call).stream()
                .filter(frame -> frame.getKind() == FrameKind.FRAME)
                .map(AudioFrame::getPcm)
                .map(pcm -> (int) Pcm.fromBytes(pcm.array())[0])
                .toList();
    }

    private static short[] steps(int first, int frames) {
        short[] samples = new short[frames * Frames.SAMPLES];
        for (int i = 0; i < samples.length; i++) {
            samples[i] = (short) (first + i / Frames.SAMPLES);
        }
        return samples;
    }
}
