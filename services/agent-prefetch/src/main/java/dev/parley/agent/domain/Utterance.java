package dev.parley.agent.domain;

import dev.parley.records.Heard;
import dev.parley.records.ReplyKind;
import dev.parley.records.SpeechEvent;
import org.jspecify.annotations.Nullable;

/** One utterance of the caller, from the first record about it until its turn is decided. */
final class Utterance {
    final long first;
    final UtteranceText text = new UtteranceText();
    /** What the caller was hearing when the voice began, or while it lasted; a filler is noise, not a reply. */
    private @Nullable Heard over;

    /** Whether the chunker's word of it has come: before that, it is not known what it was spoken over. */
    boolean announced;

    @Nullable
    SpeechEvent end;
    /** When its end was seen, in microseconds since 1970. */
    long endSeenAt;

    boolean suspected;
    /** Its words so far were found to show only that the caller listens. */
    boolean backchannel;
    /** Words up to this frame were found to be no interruption. */
    long dismissedThrough = -1;

    Utterance(long first) {
        this.first = first;
    }

    void over(@Nullable Heard heard) {
        if (heard != null && heard.getKind() != ReplyKind.FILLER) {
            over = heard;
        }
    }

    @Nullable
    Heard over() {
        return over;
    }
}
