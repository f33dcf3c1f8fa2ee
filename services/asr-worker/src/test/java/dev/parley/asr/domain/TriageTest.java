package dev.parley.asr.domain;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.records.ChunkStage;
import dev.parley.records.SpeechEvent;
import dev.parley.records.SpeechEventType;
import dev.parley.records.UtteranceChunk;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TriageTest {
    private final Supersessions supersessions = new Supersessions();
    private final Triage triage = new Triage(supersessions);

    @Test
    void aChunkThatSomebodyWaitsForIsRecognised() {
        assertThat(triage.settle(chunk(0, 0), 1)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "RESUMED, 0, true", "RESUMED, 1, false", "SILENCE, 0, false", "SILENCE, 1, true",
        "END_OF_TURN, 0, false", "END_OF_TURN, 1, true", "SPEECH_STARTED, 0, false", "HELD, 0, false"
    })
    void whatTheChunkerDecidedAboutARevisionSaysWhetherItIsWanted(SpeechEventType type, int revision, boolean skipped) {
        // Given: the event names that revision; the chunk in question is revision 0 (or, for RESUMED 1, revision 2)
        int inQuestion = type == SpeechEventType.RESUMED && revision == 1 ? 2 : 0;
        supersessions.heard(event(type, 3, revision));

        var settled = triage.settle(chunk(3, inQuestion), 1);

        assertThat(settled.isPresent()).isEqualTo(skipped);
        settled.ifPresent(outcome -> assertThat(outcome).isEqualTo(new Outcome.Skipped()));
    }

    @Test
    void aNewerRevisionSupersedesTheOlderOneAndNoOtherChunk() {
        triage.settle(chunk(1, 2), 1);

        assertThat(triage.settle(chunk(1, 1), 1)).contains(new Outcome.Skipped());
        assertThat(triage.settle(chunk(1, 2), 1)).isEmpty();
        assertThat(triage.settle(chunk(0, 0), 1)).isEmpty();
        assertThat(triage.settle(chunk(2, 0), 1)).isEmpty();
    }

    @Test
    void aFinalThatSharesAudioKeepsTheRevisionThatHoldsItWanted() {
        UtteranceChunk last = chunk(1, 3);
        last.setSameAudioAs(2);
        last.setPcm(null);

        assertThat(triage.settle(last, 1)).contains(new Outcome.SameAudio(2));
        assertThat(triage.settle(chunk(1, 2), 1)).isEmpty();
        assertThat(triage.settle(chunk(1, 1), 1)).contains(new Outcome.Skipped());
    }

    @Test
    void eventsOfOtherCallsAndUtterancesMeanNothing() {
        SpeechEvent otherCall = event(SpeechEventType.RESUMED, 0, 5);
        otherCall.setCallId("a~2");
        SpeechEvent otherUtterance = event(SpeechEventType.RESUMED, 0, 5);
        otherUtterance.setUtterance(77);

        supersessions.heard(otherCall);
        supersessions.heard(otherUtterance);
        supersessions.heard(event(SpeechEventType.SPEECH_STARTED, null, null));

        assertThat(triage.settle(chunk(0, 0), 1)).isEmpty();
    }

    @Test
    void audioThatDoesNotFitItsFramesFails() {
        UtteranceChunk without = chunk(0, 0);
        without.setPcm(null);
        UtteranceChunk half = chunk(0, 0);
        half.setPcm(ByteBuffer.allocate(319));
        UtteranceChunk backwards = chunk(0, 0);
        backwards.setLastFrame(99);

        assertThat(triage.settle(without, 1)).get().isInstanceOf(Outcome.Failed.class);
        assertThat(triage.settle(half, 1)).get().isInstanceOf(Outcome.Failed.class);
        assertThat(triage.settle(backwards, 1)).get().isInstanceOf(Outcome.Failed.class);
    }

    @Test
    void aChunkThatFourWorkersDidNotSurviveIsNotTriedAFifthTime() {
        assertThat(triage.settle(chunk(0, 0), 4)).isEmpty();
        assertThat(triage.settle(chunk(0, 0), 5)).get().isInstanceOf(Outcome.Failed.class);
    }

    @Test
    void onlySoManyChunksAreRemembered() {
        supersessions.heard(event(SpeechEventType.RESUMED, 0, 0));

        for (int index = 1; index <= 10_000; index++) {
            supersessions.heard(event(SpeechEventType.RESUMED, index, 0));
        }

        assertThat(supersessions.supersede(chunk(0, 0))).isFalse();
        assertThat(supersessions.supersede(chunk(1, 0))).isTrue();
    }

    static UtteranceChunk chunk(int index, int revision) {
        return UtteranceChunk.newBuilder()
                .setCallId("a~1")
                .setUtterance(100)
                .setIndex(index)
                .setRevision(revision)
                .setStage(ChunkStage.PROVISIONAL)
                .setFirstFrame(100)
                .setLastFrame(100)
                .setFrame(108)
                .setAt(1_000_000)
                .setPcm(ByteBuffer.allocate(320))
                .build();
    }

    private static SpeechEvent event(SpeechEventType type, @Nullable Integer index, @Nullable Integer revision) {
        return SpeechEvent.newBuilder()
                .setCallId("a~1")
                .setType(type)
                .setUtterance(100)
                .setFrame(120)
                .setAt(1_000_000)
                .setLastVoicedFrame(110)
                .setIndex(index)
                .setRevision(revision)
                .build();
    }
}
