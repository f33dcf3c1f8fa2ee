package dev.parley.gateway.domain;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.records.AudioFrame;
import dev.parley.records.FrameKind;
import java.util.List;
import org.junit.jupiter.api.Test;

class CallTimelineTest {
    private static final long FRAME_ZERO_AT = 1_700_000_000_000_000L;

    @Test
    void aGapCarriesTheInstantOfItsFirstFrameHoweverLateItIsTold() {
        // Given a call that was adopted at frame 100, seven seconds after that frame
        CallTimeline timeline = new CallTimeline("sim~1", FRAME_ZERO_AT, 100);
        long adoptedAt = FRAME_ZERO_AT + 450 * 20_000;

        // When its audio begins again
        List<AudioFrame> records = timeline.audio(new byte[320], null, adoptedAt);

        // Then whoever counts from the gap's instant arrives at that of the frame after it
        assertThat(records).extracting(AudioFrame::getKind).containsExactly(FrameKind.GAP, FrameKind.FRAME);
        AudioFrame gap = records.getFirst();
        AudioFrame frame = records.getLast();
        assertThat(gap.getFrame()).isEqualTo(100);
        assertThat(gap.getAt()).isEqualTo(FRAME_ZERO_AT + 100 * 20_000);
        assertThat(gap.getAt() + (frame.getFrame() - gap.getFrame()) * 20_000).isEqualTo(frame.getAt());
    }
}
