package dev.parley.devstack.bench;

import dev.parley.devstack.audit.CallView;
import dev.parley.devstack.audit.Entry;
import dev.parley.devstack.audit.Latencies;
import dev.parley.records.BargeIn;
import dev.parley.records.PlaybackEvent;
import dev.parley.records.PlaybackEventType;
import dev.parley.records.ReplyAudio;
import dev.parley.records.SpeechEvent;
import dev.parley.records.SpeechEventType;
import dev.parley.records.Transcript;
import dev.parley.records.TranscriptStatus;
import dev.parley.records.UtteranceChunk;
import dev.parley.testkit.caller.Heard;
import dev.parley.testkit.caller.Said;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * What one call tells about latency. Voice, first and last frames are found in the samples of the caller's line and have the instants at
 * which the simulated Asterisk put them there, one frame every 20 ms; decisions have the time stamps of their records in Kafka, which are
 * whole milliseconds, cut off. So a latency that ends at the line holds up to 20 ms (10 on average) of waiting for the next frame.
 */
final class Measurement {
    static final String CHUNK_TO_TRANSCRIPT = "chunk to transcript";
    static final String DECISION_TO_SOUND =
            "decision that the turn is over, to the bot's first frame, answer speculated";
    static final String CONTROL_TO_SILENCE = "control record to the bot's last frame";
    static final String VOICE_TO_SILENCE = "caller's voice to the end of the bot's last frame";
    static final String END_OF_VOICE_TO_SOUND =
            "end of the caller's voice to the bot's first frame, less the silence timeout";
    static final List<String> NAMES = List.of(
            CHUNK_TO_TRANSCRIPT, DECISION_TO_SOUND, END_OF_VOICE_TO_SOUND, CONTROL_TO_SILENCE, VOICE_TO_SILENCE);

    static final String FRAME_TO_DECISION = "last frame of the silence to decision";
    static final String DECISION_TO_COMMIT = "decision to commit";
    static final String COMMIT_TO_POST = "commit to play request sent";
    static final String POST_TO_STARTED = "play request to Asterisk's PlaybackStarted";
    static final String STARTED_TO_SOUND = "PlaybackStarted (sound not fetched yet) to first frame";
    static final String FRAME_TO_CONTROL = "frame of the suspicion to control record";
    static final String CONTROL_TO_PAUSED = "control record to pause answered";
    static final String MADE_ANEW = "decision to first frame, first sound not said before";
    static final String SYNTHESIS = "synthesis of such a first sound";
    static final String NOT_SPECULATED = "decision to first frame, answer not speculated";
    static final List<String> HOPS = List.of(
            FRAME_TO_DECISION,
            DECISION_TO_COMMIT,
            COMMIT_TO_POST,
            POST_TO_STARTED,
            STARTED_TO_SOUND,
            FRAME_TO_CONTROL,
            CONTROL_TO_PAUSED,
            MADE_ANEW,
            SYNTHESIS,
            NOT_SPECULATED);

    private static final int BOT_QUIET_MS = 250;
    /** A pause that comes later (microseconds) belongs to something else. */
    private static final long PAUSED_WITHIN = 1_000_000;

    private final Heard line;
    private final CallView call;
    private final Hops hops;
    private final Duration silence;

    Measurement(Heard line, CallView call, Duration silence) {
        this.line = line;
        this.call = call;
        this.hops = new Hops(call);
        this.silence = silence;
    }

    void into(Latencies latencies) {
        chunksToTranscripts(latencies);
        for (Said said : line.said()) {
            if (line.beganOverBot(said)) {
                line.voiceToSilence(said, BOT_QUIET_MS).ifPresent(millis -> latencies.add(VOICE_TO_SILENCE, millis));
                controlToSilence(said, latencies);
            }
            decisionToSound(said, latencies);
        }
    }

    private void chunksToTranscripts(Latencies latencies) {
        call.entriesOf(Transcript.class)
                .filter(entry -> ((Transcript) entry.value()).getStatus() == TranscriptStatus.RECOGNISED)
                .forEach(entry -> {
                    Transcript transcript = (Transcript) entry.value();
                    call.entriesOf(UtteranceChunk.class)
                            .filter(chunk -> isOf((UtteranceChunk) chunk.value(), transcript))
                            .findFirst()
                            .ifPresent(chunk -> latencies.add(
                                    CHUNK_TO_TRANSCRIPT, millis(entry.publishedAt() - chunk.publishedAt())));
                });
    }

    private static boolean isOf(UtteranceChunk chunk, Transcript transcript) {
        return chunk.getUtterance() == transcript.getUtterance()
                && chunk.getIndex() == transcript.getIndex()
                && chunk.getRevision() == transcript.getRevision();
    }

    /** From the end-of-turn event to the first frame of the bot's after it. */
    private void decisionToSound(Said said, Latencies latencies) {
        long ended = micros(line.instantOfSample(said.lastVoiced()));
        long next = line.said().stream()
                .filter(later -> later.firstVoiced() > said.lastVoiced())
                .mapToLong(later -> micros(line.instantOfSample(later.firstVoiced())))
                .min()
                .orElse(Long.MAX_VALUE);
        Optional<Entry> ending = hops.next(
                        SpeechEvent.class, ended, event -> event.getType() == SpeechEventType.END_OF_TURN)
                .filter(entry -> entry.publishedAt() < next);
        Optional<Integer> first = line.firstBotFrameAfter(said.lastVoiced());
        if (ending.isEmpty() || first.isEmpty()) return;
        Entry decision = ending.get();
        long sound = micros(line.instantOfFrame(first.get()));
        if (sound > next || sound < decision.publishedAt()) return; // it was not silent in between, or never answered
        Optional<Entry> commit = hops.commit(decision);
        if (commit.isEmpty()) {
            latencies.add(NOT_SPECULATED, millis(sound - decision.publishedAt()));
            return;
        }
        latencies.add(DECISION_TO_SOUND, millis(sound - decision.publishedAt()));
        line.silenceBeforeBot(said)
                .ifPresent(millis -> latencies.add(END_OF_VOICE_TO_SOUND, millis - silence.toMillis()));
        latencies.add(FRAME_TO_DECISION, millis(decision.publishedAt() - decision.at()));
        latencies.add(DECISION_TO_COMMIT, millis(commit.get().publishedAt() - decision.publishedAt()));
        hops.posted(commit.get()).ifPresent(posted -> {
            postToSound(posted, commit.get(), sound, latencies);
            if (posted.getTookMicros() > 0) {
                latencies.add(MADE_ANEW, millis(sound - decision.publishedAt()));
                latencies.add(SYNTHESIS, millis(posted.getTookMicros()));
            }
        });
    }

    private void postToSound(ReplyAudio posted, Entry commit, long sound, Latencies latencies) {
        latencies.add(COMMIT_TO_POST, millis(posted.getAt() - commit.publishedAt()));
        hops.seen(posted.getPlaybackId(), PlaybackEventType.STARTED, "ari-gateway")
                .ifPresent(started -> {
                    latencies.add(POST_TO_STARTED, millis(started.getAt() - posted.getAt()));
                    latencies.add(STARTED_TO_SOUND, millis(sound - started.getAt()));
                });
    }

    /** From the first control record that the interruption caused to the last frame of the bot's; 0 where that was on the line before. */
    private void controlToSilence(Said said, Latencies latencies) {
        long onset = micros(line.instantOfSample(said.firstVoiced()));
        long voidBefore = call.entriesOf(BargeIn.class)
                .filter(entry -> entry.publishedAt() < onset)
                .mapToLong(entry -> ((BargeIn) entry.value()).getVoidBefore())
                .max()
                .orElse(0);
        Optional<Entry> control = hops.next(
                BargeIn.class, onset, state -> state.getSuspicion() != null || state.getVoidBefore() > voidBefore);
        Optional<Integer> last = line.lastBotFrameAfterOnset(said, BOT_QUIET_MS);
        if (control.isEmpty() || last.isEmpty()) return;
        long from = control.get().publishedAt();
        latencies.add(CONTROL_TO_SILENCE, Math.max(0, millis(micros(line.instantOfFrame(last.get())) - from)));
        latencies.add(FRAME_TO_CONTROL, millis(from - control.get().at()));
        call.records(PlaybackEvent.class)
                .filter(event -> event.getType() == PlaybackEventType.PAUSED
                        && event.getAt() >= from
                        && event.getAt() < from + PAUSED_WITHIN)
                .min(Comparator.comparingLong(PlaybackEvent::getAt))
                .ifPresent(paused -> latencies.add(CONTROL_TO_PAUSED, millis(paused.getAt() - from)));
    }

    private static double millis(long micros) {
        return micros / 1000.0;
    }

    private static long micros(Instant instant) {
        return ChronoUnit.MICROS.between(Instant.EPOCH, instant);
    }
}
