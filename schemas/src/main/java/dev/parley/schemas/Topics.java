package dev.parley.schemas;

import dev.parley.records.AudioFrame;
import dev.parley.records.BargeIn;
import dev.parley.records.CallCommand;
import dev.parley.records.CallEvent;
import dev.parley.records.Conversation;
import dev.parley.records.ListeningCheckpoint;
import dev.parley.records.PlaybackEvent;
import dev.parley.records.Reply;
import dev.parley.records.ReplyAudio;
import dev.parley.records.ReplyHeard;
import dev.parley.records.SpeechEvent;
import dev.parley.records.Transcript;
import dev.parley.records.UtteranceChunk;
import dev.parley.schemas.Topic.DealtOut;
import dev.parley.schemas.Topic.Kept;
import java.util.List;

/**
 * All topics. Keys are the call id in UTF-8, but for {@link #BARGE_IN} (a {@link BargeInKey}, partitioned by its call id) and
 * {@link #DEAD_LETTERS} (the key of the record that could not be used).
 */
public final class Topics {
    public static final Topic<AudioFrame> AUDIO_FRAMES = Topic.byCall("audio.frames", AudioFrame.class, Kept.SHORT);
    public static final Topic<CallEvent> CALL_EVENTS = Topic.byCall("call.events", CallEvent.class, Kept.LONG);
    public static final Topic<PlaybackEvent> PLAYBACK_EVENTS =
            Topic.byCall("playback.events", PlaybackEvent.class, Kept.LONG);
    public static final Topic<SpeechEvent> SPEECH_EVENTS = Topic.byCall("speech.events", SpeechEvent.class, Kept.LONG);
    public static final Topic<UtteranceChunk> UTTERANCE_CHUNKS =
            new Topic<>("utterance.chunks", UtteranceChunk.class, Kept.SHORT, DealtOut.WORK_QUEUE);

    /** The chunks whose words decide whether a bot that was paused goes on: they wait behind nobody's else. */
    public static final Topic<UtteranceChunk> UTTERANCE_CHUNKS_EARLY =
            new Topic<>("utterance.chunks.early", UtteranceChunk.class, Kept.SHORT, DealtOut.WORK_QUEUE);

    public static final Topic<Transcript> TRANSCRIPTS = Topic.byCall("transcripts", Transcript.class, Kept.LONG);
    public static final Topic<Reply> REPLIES = Topic.byCall("replies", Reply.class, Kept.LONG);
    public static final Topic<ReplyAudio> REPLY_AUDIO = Topic.byCall("reply.audio", ReplyAudio.class, Kept.SHORT);
    public static final Topic<ReplyHeard> REPLY_HEARD = Topic.byCall("reply.heard", ReplyHeard.class, Kept.LONG);
    public static final Topic<BargeIn> BARGE_IN = Topic.byCall("barge.in", BargeIn.class, Kept.COMPACTED);
    public static final Topic<ListeningCheckpoint> LISTENING_STATE =
            Topic.byCall("listening.state", ListeningCheckpoint.class, Kept.COMPACTED);
    public static final Topic<Conversation> CONVERSATIONS =
            Topic.byCall("conversations", Conversation.class, Kept.COMPACTED);
    public static final Topic<CallCommand> CALL_COMMANDS = Topic.byCall("call.commands", CallCommand.class, Kept.LONG);

    /** Records that could not be used, as they were (raw bytes), with the reason in their headers. */
    public static final String DEAD_LETTERS = "dead.letters";

    /** Every topic that carries records of ours, in the order in which a call touches them. */
    public static final List<Topic<?>> ALL = List.of(
            AUDIO_FRAMES,
            CALL_EVENTS,
            PLAYBACK_EVENTS,
            SPEECH_EVENTS,
            UTTERANCE_CHUNKS,
            UTTERANCE_CHUNKS_EARLY,
            TRANSCRIPTS,
            REPLIES,
            REPLY_AUDIO,
            REPLY_HEARD,
            BARGE_IN,
            LISTENING_STATE,
            CONVERSATIONS,
            CALL_COMMANDS);

    private Topics() {}
}
