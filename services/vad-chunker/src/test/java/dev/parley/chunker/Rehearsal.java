package dev.parley.chunker;

import dev.parley.chunker.domain.CallListening;
import dev.parley.chunker.domain.Decision;
import dev.parley.chunker.domain.ListeningSettings;
import dev.parley.chunker.vad.Batch;
import dev.parley.chunker.vad.ListenedCall;
import dev.parley.records.AudioFrame;
import dev.parley.records.BargeIn;
import dev.parley.records.ListeningCheckpoint;
import dev.parley.records.SpeechEvent;
import dev.parley.records.SpeechEventType;
import dev.parley.records.UtteranceChunk;
import dev.parley.speech.VoiceActivityModel;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** What the listening made of a call. */
public record Rehearsal(List<Decision> decisions, List<ListeningCheckpoint> checkpoints) {

    /** Listens to a call, record by record. */
    public static Rehearsal of(List<AudioFrame> records, ListeningSettings settings, VoiceActivityModel model) {
        Rehearsal rehearsal = new Rehearsal(new ArrayList<>(), new ArrayList<>());
        CallListening listening = new CallListening(records.getFirst().getCallId(), settings);
        ListenedCall call = new ListenedCall(listening, new ListenedCall.Out() {
            @Override
            public void decided(Decision decision) {
                rehearsal.decisions.add(decision);
            }

            @Override
            public void checkpoint(ListeningCheckpoint checkpoint) {
                rehearsal.checkpoints.add(checkpoint);
            }
        });
        Batch batch = new Batch(model);
        for (int i = 0; i < records.size(); i++) {
            listening.offer(records.get(i), i);
            batch.listen(List.of(call), Integer.MAX_VALUE);
        }
        return rehearsal;
    }

    public static Rehearsal of(SpokenCall call, VoiceActivityModel model) {
        return of(call.records(), ListeningSettings.DEFAULTS, model);
    }

    public static Rehearsal of(SpokenCall call, ListeningSettings settings) {
        try (ScriptedVoice voice = new ScriptedVoice()) {
            return of(call.records(), settings, voice);
        }
    }

    public List<SpeechEvent> events() {
        return decisions.stream()
                .flatMap(d -> d instanceof Decision.Noted(SpeechEvent event) ? Stream.of(event) : Stream.empty())
                .toList();
    }

    public List<SpeechEvent> events(SpeechEventType type) {
        return events().stream().filter(event -> event.getType() == type).toList();
    }

    public List<UtteranceChunk> chunks() {
        return decisions.stream()
                .flatMap(d -> d instanceof Decision.Cut(UtteranceChunk chunk) ? Stream.of(chunk) : Stream.empty())
                .toList();
    }

    public List<BargeIn> controls() {
        return decisions.stream()
                .flatMap(d -> d instanceof Decision.Control(BargeIn state) ? Stream.of(state) : Stream.empty())
                .toList();
    }

    /** Every decision but the marks of silence and of listening, in a few words: "speech-started 3", "partial 0.1 3..250". */
    public List<String> story() {
        return decisions.stream()
                .flatMap(decision -> Stream.of(words(decision)))
                .filter(word -> !word.startsWith("SILENCE") && !word.equals("LISTENING"))
                .toList();
    }

    private static String words(Decision decision) {
        return switch (decision) {
            case Decision.Noted(SpeechEvent event) ->
                event.getType()
                        + (event.getReason() == null ? "" : " " + event.getReason())
                        + (event.getRevision() == null ? "" : " " + event.getIndex() + "." + event.getRevision());
            case Decision.Cut(UtteranceChunk chunk) ->
                chunk.getStage() + " " + chunk.getIndex() + "." + chunk.getRevision()
                        + (chunk.getSameAudioAs() == null ? "" : "=" + chunk.getSameAudioAs())
                        + (chunk.getEarlyWords() ? " early" : "");
            case Decision.Control(BargeIn state) ->
                "barge-in" + (state.getSuspicion() == null ? "" : " suspicion")
                        + (state.getVoidBefore() > 0 ? " void" : "");
        };
    }

    /** Which frames are in some chunk. */
    public boolean[] covered(int frames) {
        boolean[] covered = new boolean[frames];
        for (UtteranceChunk chunk : chunks()) {
            for (long frame = chunk.getFirstFrame(); frame <= chunk.getLastFrame() && frame < frames; frame++) {
                covered[(int) frame] = true;
            }
        }
        return covered;
    }
}
