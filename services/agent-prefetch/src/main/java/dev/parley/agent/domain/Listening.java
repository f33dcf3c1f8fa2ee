package dev.parley.agent.domain;

import dev.parley.agent.domain.UtteranceText.Reading;
import dev.parley.records.EndReason;
import dev.parley.records.SpeechEvent;
import dev.parley.records.SpeechEventType;
import dev.parley.records.Transcript;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What the caller says, from the records about it to the floor: utterances are decided one after the other, in the order of their frames, each when its end and its whole
 * text are known.
 */
final class Listening {
    private final Context context;
    private final Interruptions interruptions;
    private final Floor floor;
    private final Silence silence;
    private final Utterances utterances;

    Listening(Context context, Interruptions interruptions, Floor floor, Silence silence, Utterances utterances) {
        this.context = context;
        this.interruptions = interruptions;
        this.floor = floor;
        this.silence = silence;
        this.utterances = utterances;
    }

    /** Takes what the chunker says; false when it is about an utterance that is done with. */
    boolean speech(SpeechEvent event, Instant now) {
        silence.listenedThrough(event.getFrame());
        if (event.getType() == SpeechEventType.LISTENING) {
            return false;
        }
        Utterance utterance = utterance(event.getUtterance());
        if (utterance == null) {
            return false;
        }
        context.cause(event.getFrame(), event.getAt(), now);
        utterance.announced = true;
        utterance.over(event.getHeard());
        if (event.getType() == SpeechEventType.SPEECH_STARTED) {
            dropNeverEnded(event.getUtterance());
        } else if (event.getType() == SpeechEventType.RESUMED) {
            floor.resumed(utterance, event);
        } else if (event.getType() == SpeechEventType.SUSPECTED || event.getType() == SpeechEventType.HELD) {
            utterance.suspected = true;
        } else if (event.getType() == SpeechEventType.SILENCE) {
            boolean wordless = utterance.suspected
                    && event.getFrame() - event.getLastVoicedFrame() >= Interruptions.WORDLESS_FRAMES
                    && !saysSomething(utterance);
            if (wordless) {
                interruptions.dismiss(utterance, event.getFrame(), Happening.WORDLESS);
            }
        }
        if (context.policy.endOfTurn().ends(event) && utterance.end == null) {
            dropNeverEnded(event.getUtterance());
            utterance.end = event;
            utterance.endSeenAt = Math.max(event.getAt(), context.nowMicros());
        }
        advance();
        return true;
    }

    /** Takes what was recognised; false when it is about an utterance that is done with. */
    boolean transcript(Transcript transcript, Instant now) {
        Utterance utterance = utterance(transcript.getUtterance());
        if (utterance == null) {
            return false;
        }
        context.cause(transcript.getFrame(), transcript.getAt(), now);
        if (utterance.text.add(transcript)) {
            advance();
        } else {
            context.note(Happening.DROPPED_REPEATED, transcript.getUtterance(), "transcript");
        }
        return true;
    }

    /** What is not known of it yet is waited for no more. */
    void giveUp(Utterance utterance) {
        utterances.done(utterance);
        advance();
    }

    private @Nullable Utterance utterance(long first) {
        Utterance utterance = utterances.at(first);
        if (utterance == null) {
            context.note(Happening.DROPPED_DONE_WITH, first, "");
        }
        return utterance;
    }

    private void dropNeverEnded(long next) {
        for (Utterance lost : utterances.dropNeverEnded(next)) {
            context.note(Happening.DROPPED_NEVER_ENDED, lost.first, "");
        }
    }

    /** Whether any words of it count already. */
    private boolean saysSomething(Utterance utterance) {
        return Words.any(utterance.text.anyWords())
                && utterance
                        .text
                        .newest()
                        .filter(reading -> interruptions.isDoubtful(utterance, reading))
                        .isEmpty();
    }

    /** Does what can be done for the utterances at hand, oldest first. */
    private void advance() {
        for (Utterance utterance = utterances.oldest(); utterance != null; utterance = utterances.oldest()) {
            floor.listen(utterance);
            SpeechEvent end = utterance.end;
            if (end == null) {
                floor.prefetch(utterance);
                return;
            }
            boolean gone = end.getReason() == EndReason.HANG_UP || end.getReason() == EndReason.LOST;
            Reading reading = end.getIndex() == null || end.getRevision() == null
                    ? null
                    : utterance.text.through(end.getIndex(), end.getRevision()).orElse(null);
            if (reading == null && end.getIndex() != null && !gone) {
                return;
            }
            utterances.done(utterance);
            if (!gone) {
                silence.until(end.getFrame(), end.getAt());
                floor.resolve(utterance, end, reading);
            }
        }
    }
}
