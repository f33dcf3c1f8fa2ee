package dev.parley.devstack.seams;

import dev.parley.audio.Frames;
import dev.parley.audio.Pcm;
import dev.parley.audio.Sound;
import dev.parley.chunker.domain.CallListening;
import dev.parley.chunker.domain.Decision;
import dev.parley.chunker.domain.ListeningSettings;
import dev.parley.chunker.vad.Batch;
import dev.parley.chunker.vad.ListenedCall;
import dev.parley.records.AudioFrame;
import dev.parley.records.FrameKind;
import dev.parley.records.ListeningCheckpoint;
import dev.parley.records.UtteranceChunk;
import dev.parley.speech.SpeechRecogniser;
import dev.parley.speech.VoiceActivityModel;
import dev.parley.testkit.caller.Recordings.Recording;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/**
 * An utterance of a recording, recognised twice: as a whole, and in the pieces that the chunker cuts it into.
 *
 * @param name the recording's name
 * @param whole text of the uncut utterance
 * @param pieces texts of its chunks, in order
 */
record CutRecording(String name, String whole, List<Piece> pieces) {
    /** Text of a chunk, how many frames of it the chunk before holds too, and how many it adds. */
    record Piece(String text, int overlapFrames, int newFrames) {}

    /** Seconds of sound that the recogniser takes for one utterance without losing its way. */
    private static final double LONGEST = 20;

    /** Cuts it with the chunker's own cutter, at chunks of a length that the seed chooses; utterances that are cut nowhere are left out. */
    static List<CutRecording> of(
            Recording recording, long seed, VoiceActivityModel voice, SpeechRecogniser recogniser) {
        short[] samples = recording.sound().samples();
        if (samples.length > LONGEST * Frames.SAMPLE_RATE) {
            return List.of();
        }
        int chunk = 60 + new Random(seed ^ recording.name().hashCode()).nextInt(90);
        List<CutRecording> cut = new ArrayList<>();
        for (List<UtteranceChunk> chunks : utterances(samples, chunk, voice)) {
            if (chunks.size() > 1) {
                int from = Math.toIntExact(chunks.getFirst().getFirstFrame()) * Frames.SAMPLES;
                int to = Math.min(
                        samples.length, (Math.toIntExact(chunks.getLast().getLastFrame()) + 1) * Frames.SAMPLES);
                String whole = recogniser
                        .recognise(new Sound(Frames.SAMPLE_RATE, Arrays.copyOfRange(samples, from, to)))
                        .text();
                List<Piece> pieces = new ArrayList<>();
                for (UtteranceChunk each : chunks) {
                    long frames = each.getLastFrame() - each.getFirstFrame() + 1;
                    pieces.add(new Piece(
                            recogniser.recognise(sound(each)).text(),
                            each.getOverlapFrames(),
                            Math.toIntExact(frames - each.getOverlapFrames())));
                }
                cut.add(new CutRecording(recording.name(), whole, pieces));
            }
        }
        return cut;
    }

    /** The newest revision with audio of each chunk, by utterance. */
    private static List<List<UtteranceChunk>> utterances(short[] samples, int chunk, VoiceActivityModel voice) {
        Map<Long, Map<Integer, UtteranceChunk>> utterances = new TreeMap<>();
        CallListening listening = new CallListening("seams", settings(chunk));
        ListenedCall call = new ListenedCall(listening, new ListenedCall.Out() {
            @Override
            public void decided(Decision decision) {
                if (decision instanceof Decision.Cut(UtteranceChunk cut) && cut.getPcm() != null) {
                    utterances
                            .computeIfAbsent(cut.getUtterance(), u -> new TreeMap<>())
                            .put(cut.getIndex(), cut);
                }
            }

            @Override
            public void checkpoint(ListeningCheckpoint checkpoint) {}
        });
        Batch batch = new Batch(voice);
        int frames = Math.ceilDiv(samples.length, Frames.SAMPLES);
        for (int i = 0; i <= frames; i++) {
            listening.offer(record(samples, i, frames), i);
            batch.listen(List.of(call), Integer.MAX_VALUE);
        }
        return utterances.values().stream()
                .map(chunks -> List.copyOf(chunks.values()))
                .toList();
    }

    private static ListeningSettings settings(int chunk) {
        ListeningSettings d = ListeningSettings.DEFAULTS;
        return new ListeningSettings(
                d.silence(),
                d.shortest(),
                d.longest(),
                d.longestReason(),
                d.brief(),
                true,
                chunk,
                d.overlap(),
                d.heardLag(),
                d.echoTail(),
                d.bargeIn(),
                d.suspect(),
                d.guard(),
                d.stop());
    }

    private static AudioFrame record(short[] samples, int frame, int frames) {
        AudioFrame.Builder record = AudioFrame.newBuilder()
                .setCallId("seams")
                .setKind(frame == frames ? FrameKind.END : FrameKind.FRAME)
                .setFrame(frame)
                .setLastFrame(frame)
                .setAt(frame * Frames.MICROS);
        if (frame < frames) {
            record.setPcm(ByteBuffer.wrap(
                    Pcm.toBytes(Arrays.copyOfRange(samples, frame * Frames.SAMPLES, (frame + 1) * Frames.SAMPLES))));
        }
        return record.build();
    }

    private static Sound sound(UtteranceChunk chunk) {
        return new Sound(Frames.SAMPLE_RATE, Pcm.fromBytes(chunk.getPcm().duplicate()));
    }
}
