package dev.parley.gateway.domain;

import dev.parley.records.AudioFrame;
import dev.parley.records.CallCommand;
import dev.parley.records.CallEvent;
import dev.parley.records.PlaybackEvent;

/** Where the records of one call go: never blocks, keeps the order within each topic. */
public interface CallLog {
    /** Frames may be dropped while Kafka is away for too long; they are counted, and a GAP stands for them. END is never dropped. */
    void audio(AudioFrame frame);

    void event(CallEvent event);

    void playback(PlaybackEvent event);

    void command(CallCommand command);
}
