package dev.parley.chunker.domain;

import dev.parley.records.BargeIn;
import dev.parley.records.SpeechEvent;
import dev.parley.records.UtteranceChunk;

/** What the listening has to tell; the order in which decisions are made is the order in which they are published. */
public sealed interface Decision {
    /** Goes to utterance.chunks, or to utterance.chunks.early where its words are wanted early. */
    record Cut(UtteranceChunk chunk) implements Decision {}

    /** Goes to speech.events. */
    record Noted(SpeechEvent event) implements Decision {}

    /** Goes to barge.in. */
    record Control(BargeIn state) implements Decision {}
}
