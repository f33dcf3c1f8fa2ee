package dev.parley.chunker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.chunker.domain.CallListening;
import dev.parley.chunker.domain.Decision;
import dev.parley.chunker.domain.Drop;
import dev.parley.chunker.domain.ListeningSettings;
import dev.parley.chunker.vad.Batch;
import dev.parley.chunker.vad.ListenedCall;
import dev.parley.records.AudioFrame;
import dev.parley.records.EndReason;
import dev.parley.records.FrameKind;
import dev.parley.records.ListeningCheckpoint;
import dev.parley.records.SpeechEvent;
import dev.parley.records.SpeechEventType;
import dev.parley.records.UtteranceChunk;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Calls that fall silent on the topic, and taps that are taken over, with a scripted voice. */
class FaultyLineTest {
    private final ScriptedVoice voice = new ScriptedVoice();
    private final Batch batch = new Batch(voice);
    private final CallListening listening = new CallListening("a~1", ListeningSettings.DEFAULTS);
    private final List<Decision> decided = new ArrayList<>();
    private final List<ListeningCheckpoint> checkpoints = new ArrayList<>();
    private final ListenedCall call = new ListenedCall(listening, new ListenedCall.Out() {
        @Override
        public void decided(Decision decision) {
            decided.add(decision);
        }

        @Override
        public void checkpoint(ListeningCheckpoint checkpoint) {
            checkpoints.add(checkpoint);
        }
    });
    private long offset;

    @AfterEach
    void close() {
        voice.close();
    }

    private void hear(List<AudioFrame> records) {
        for (AudioFrame record : records) {
            assertThat(listening.offer(record, offset++)).isNull();
            batch.listen(List.of(call), Integer.MAX_VALUE);
        }
    }

    private List<SpeechEvent> ends() {
        return decided.stream()
                .filter(d -> d instanceof Decision.Noted(SpeechEvent event)
                        && event.getType() == SpeechEventType.END_OF_TURN)
                .map(d -> ((Decision.Noted) d).event())
                .toList();
    }

    private static List<AudioFrame> frames(SpokenCall spoken, int from, int to) {
        return spoken.records().subList(from, to);
    }

    @Test
    void aLostCallGivesItsWordsAndSaysWhyItEnded() {
        hear(frames(new SpokenCall("a~1").silence(1).voice(2), 0, 150));

        call.lose();

        assertThat(ends())
                .singleElement()
                .satisfies(end -> assertThat(end.getReason()).isEqualTo(EndReason.LOST));
        UtteranceChunk last = ((Decision.Cut) decided.stream()
                        .filter(Decision.Cut.class::isInstance)
                        .reduce((a, b) -> b)
                        .orElseThrow())
                .chunk();
        assertThat(last.getLastFrame()).isEqualTo(149);
        assertThat(checkpoints.getLast().getEnded()).isFalse();
    }

    @Test
    void aLostCallThatComesBackIsListenedToAnew() {
        SpokenCall spoken =
                new SpokenCall("a~1").silence(1).voice(2).silence(1).voice(1).silence(3);
        hear(frames(spoken, 0, 150));
        call.lose();

        hear(frames(spoken, 152, 400));

        assertThat(ends()).extracting(SpeechEvent::getReason).containsExactly(EndReason.LOST, EndReason.SILENCE);
        assertThat(ends().getLast().getLastVoicedFrame()).isBetween(248L, 250L);
    }

    @Test
    void afterATakeoverTheOlderTapIsDropped() {
        List<AudioFrame> older = frames(new SpokenCall("a~1").silence(1).voice(2), 0, 150);
        hear(older.subList(0, 60));
        List<AudioFrame> newer = frames(new SpokenCall("a~1").silence(3), 60, 150);
        newer.forEach(frame -> frame.setTapEpoch(1));

        for (int i = 0; i < 90; i++) {
            assertThat(listening.offer(newer.get(i), offset++)).isNull();
            assertThat(listening.offer(older.get(60 + i), offset++)).isEqualTo(Drop.OLDER_TAP);
            batch.listen(List.of(call), Integer.MAX_VALUE);
        }

        assertThat(listening.nextFrame()).isEqualTo(150);
        assertThat(decided)
                .noneMatch(d -> d instanceof Decision.Cut(UtteranceChunk chunk) && chunk.getLastFrame() > 140);
    }

    @Test
    void theFirstFrameOfANewerTapMayOverlapWhatWasHeard() {
        hear(frames(new SpokenCall("a~1").silence(2), 0, 80));
        AudioFrame again = frames(new SpokenCall("a~1").silence(2), 79, 80).getFirst();
        again.setTapEpoch(1);

        assertThat(listening.offer(again, offset)).isEqualTo(Drop.LATE);
    }

    @Test
    void aCallerWhoseGatewayWasAwayForLongerThanTheSilenceIsNotTakenToHaveEnded() {
        SpokenCall spoken = new SpokenCall("a~1").silence(1).voice(10).silence(4);
        hear(frames(spoken, 0, 150));
        List<AudioFrame> later = frames(spoken, 350, 750);
        later.forEach(frame -> frame.setTapEpoch(1));
        hear(later);

        assertThat(ends())
                .singleElement()
                .satisfies(end -> assertThat(end.getLastVoicedFrame()).isBetween(548L, 552L));
    }

    @Test
    void whoHasEndedWhileTheGatewayWasAwayIsAnsweredAfterTheSilenceThatWasHeard() {
        SpokenCall spoken = new SpokenCall("a~1").silence(1).voice(3).silence(10);
        hear(frames(spoken, 0, 150));
        hear(frames(spoken, 350, 600));

        assertThat(ends()).singleElement().satisfies(end -> {
            assertThat(end.getReason()).isEqualTo(EndReason.SILENCE);
            assertThat(end.getFrame()).isBetween(447L, 452L);
        });
    }

    @Test
    void aPhoneThatSendsNothingWhileNobodySpeaksIsSilent() {
        SpokenCall spoken = new SpokenCall("a~1").silence(1).voice(2);
        hear(frames(spoken, 0, 150));
        List<AudioFrame> gaps = new ArrayList<>();
        for (int frame = 150; frame < 300; frame += 5) {
            AudioFrame gap = spoken.records().getFirst();
            gap.setKind(FrameKind.GAP);
            gap.setFrame(frame);
            gap.setLastFrame(frame + 4L);
            gap.setAt(gap.getAt() + frame * 20_000L);
            gap.setPcm(null);
            gaps.add(gap);
        }
        hear(gaps);

        assertThat(ends())
                .singleElement()
                .satisfies(end -> assertThat(end.getFrame()).isBetween(247L, 252L));
    }

    @Test
    void whoIsUnheardForTooLongHasEnded() {
        SpokenCall spoken = new SpokenCall("a~1").silence(1).voice(30);
        hear(frames(spoken, 0, 150));
        hear(frames(spoken, 1000, 1020));

        assertThat(ends())
                .singleElement()
                .satisfies(end -> assertThat(end.getFrame()).isBetween(748L, 752L));
    }
}
