package dev.parley.devstack.bench;

import dev.parley.devstack.audit.CallView;
import dev.parley.devstack.audit.Entry;
import dev.parley.devstack.audit.Latencies;
import dev.parley.records.BargeIn;
import dev.parley.records.SpeechEvent;
import dev.parley.records.SpeechEventType;
import dev.parley.records.Transcript;
import dev.parley.records.TranscriptStatus;
import dev.parley.testkit.caller.Heard;
import dev.parley.testkit.caller.Said;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** What one call tells about latency: instants of sound from the caller's line, instants of decisions from the records' time stamps in Kafka. */
final class Measurement {
    static final String CHUNK_TO_TRANSCRIPT = "chunk to transcript";
    static final String DECISION_TO_SOUND = "decision that the turn is over, to the bot's first frame";
    static final String CONTROL_TO_SILENCE = "control record to the bot's last frame";
    static final String VOICE_TO_SILENCE = "caller's voice to the bot's last frame";
    static final String END_OF_VOICE_TO_SOUND = "end of the caller's voice to the bot's first frame, less the silence timeout";
    static final List<String> NAMES = List.of(CHUNK_TO_TRANSCRIPT, DECISION_TO_SOUND, END_OF_VOICE_TO_SOUND, CONTROL_TO_SILENCE, VOICE_TO_SILENCE);

    private static final int BOT_QUIET_MS = 250;

    private final Heard line;
    private final CallView call;
    private final Duration silence;

    Measurement(Heard line, CallView call, Duration silence) {
        this.line = line;
        this.call = call;
        this.silence = silence;
    }

    void into(Latencies latencies) {
        call.records(Transcript.class).filter(transcript -> transcript.getStatus() == TranscriptStatus.RECOGNISED)
                .forEach(transcript -> latencies.add(CHUNK_TO_TRANSCRIPT, (transcript.getWaitedMicros() + transcript.getTookMicros()) / 1000.0));
        for (Said said : line.said()) {
            line.silenceBeforeBot(said).ifPresent(millis -> latencies.add(END_OF_VOICE_TO_SOUND, millis - silence.toMillis()));
            line.voiceToSilence(said, BOT_QUIET_MS).ifPresent(millis -> latencies.add(VOICE_TO_SILENCE, millis));
            decisionToSound(said).ifPresent(millis -> latencies.add(DECISION_TO_SOUND, millis));
            controlToSilence(said).ifPresent(millis -> latencies.add(CONTROL_TO_SILENCE, millis));
        }
    }

    /** From the end-of-turn event's time stamp to the first frame of the bot's. */
    private Optional<Double> decisionToSound(Said said) {
        long ended = micros(line.instantOfSample(said.lastVoiced()));
        Optional<Entry> decision = call.entriesOf(SpeechEvent.class).filter(entry -> ((SpeechEvent) entry.value()).getType() == SpeechEventType.END_OF_TURN && entry.publishedAt() > ended)
                .min(Comparator.comparingLong(Entry::publishedAt));
        return decision.flatMap(entry -> line.firstBotFrameAfter(said.lastVoiced()).map(frame -> (micros(line.instantOfFrame(frame)) - entry.publishedAt()) / 1000.0));
    }

    /** From the first control record that the interruption caused to the last frame of the bot's; 0 where that went out before. */
    private Optional<Double> controlToSilence(Said said) {
        long onset = micros(line.instantOfSample(said.firstVoiced()));
        Optional<Entry> control = call.entriesOf(BargeIn.class).filter(entry -> entry.publishedAt() > onset && (((BargeIn) entry.value()).getSuspicion() != null || ((BargeIn) entry.value()).getVoidBefore() > 0))
                .min(Comparator.comparingLong(Entry::publishedAt));
        return control.flatMap(entry -> line.lastBotFrameAfterOnset(said, BOT_QUIET_MS)
                .map(frame -> Math.max(0, (micros(line.instantOfFrame(frame)) - entry.publishedAt()) / 1000.0)));
    }

    private static long micros(Instant instant) {
        return ChronoUnit.MICROS.between(Instant.EPOCH, instant);
    }
}
