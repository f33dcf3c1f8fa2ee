package dev.parley.gateway.domain;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.audio.Frames;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LegPlayoutTest {
    private static final long SECOND = 1_000_000;

    private final List<String> sent = new ArrayList<>();
    private final List<String> told = new ArrayList<>();
    private final LegPlayout.Leg leg = new LegPlayout.Leg() {
        @Override
        public void audio(byte[] frames) {
            sent.add("audio " + frames.length / Frames.BYTES);
        }

        @Override
        public void mark(String mark) {
            sent.add(mark);
        }

        @Override
        public void pause() {
            sent.add("pause");
        }

        @Override
        public void resume() {
            sent.add("resume");
        }

        @Override
        public void flush() {
            sent.add("flush");
        }

        @Override
        public void askStatus() {
            sent.add("status");
        }
    };
    private LegPlayout playout;

    @BeforeEach
    void begin() {
        playout = new LegPlayout(new LegPlayout.Listener() {
            @Override
            public void started(String playbackId) {
                told.add("started " + playbackId);
            }

            @Override
            public void ended(String playbackId, LegPlayout.Ending ending) {
                told.add(
                        switch (ending) {
                            case LegPlayout.Ending.Heard(int millis, Optional<String> reason) ->
                                "heard " + playbackId + " " + millis
                                        + reason.map(why -> " " + why).orElse("");
                            case LegPlayout.Ending.Refused() -> "refused " + playbackId;
                        });
            }

            @Override
            public void paused(String playbackId) {
                told.add("paused " + playbackId);
            }

            @Override
            public void resumed(String playbackId) {
                told.add("resumed " + playbackId);
            }
        });
        playout.attached(leg);
    }

    @Test
    void aSoundIsToldOfWhenItBeginsAndWhenItWasHeardToItsEnd() {
        playout.play(sound("a", 50));
        assertThat(sent).containsExactly("s1", "audio 50", "e1");
        assertThat(told).isEmpty();

        playout.marked("s1", 0);
        playout.marked("e1", SECOND);

        assertThat(told).containsExactly("started a", "heard a 1000");
    }

    @Test
    void aLongSoundIsSentInStretchesSoThatTheQueueIsNeverFull() {
        playout.play(sound("a", 1_250));
        assertThat(framesSent()).isEqualTo(400);
        playout.marked("s1", 0);

        for (int stretch = 1; stretch <= 13; stretch++) {
            assertThat(framesSent()).isEqualTo(Math.min(1_250, 300 + 100 * stretch));
            playout.marked(stretch == 13 ? "e1" : "m1", stretch * 2 * SECOND);
        }

        assertThat(told).containsExactly("started a", "heard a 25000");
    }

    @Test
    void whatWasHeardOfAStoppedSoundIsKnownToTheFrame() {
        playout.play(sound("a", 50));
        playout.marked("s1", 0);
        sent.clear();

        playout.stop("a", "barge-in", SECOND / 2);
        playout.play(sound("b", 5));
        assertThat(sent).containsExactly("pause", "status", "flush", "resume", "s2", "audio 5", "e2");
        playout.left(23);

        assertThat(told).containsExactly("started a", "heard a 540 barge-in");
    }

    @Test
    void aSoundThatEndsWhileItIsBeingStoppedWasHeardWhole() {
        playout.play(sound("a", 50));
        playout.marked("s1", 0);
        playout.stop("a", "barge-in", SECOND);
        playout.marked("e1", SECOND);
        playout.left(0);

        assertThat(told).containsExactly("started a", "heard a 1000");
    }

    @Test
    void aStopWhilePausedLeavesThePause() {
        playout.play(sound("a", 50));
        playout.marked("s1", 0);
        playout.pause(true, SECOND / 10);
        sent.clear();

        playout.stop("a", "barge-in", SECOND);
        playout.left(45);
        assertThat(sent).containsExactly("status", "flush");
        playout.pause(false, SECOND);

        assertThat(sent).endsWith("resume");
        assertThat(told).containsExactly("started a", "paused a", "heard a 100 barge-in");
    }

    @Test
    void onlyWhatAnswersAnEarlierFrameAndMayBeCutIsVoid() {
        playout.play(new StreamedSound("legal", new byte[50 * Frames.BYTES], false, Optional.of(10L)));
        playout.play(sound("old", 50));
        playout.play(new StreamedSound("new", new byte[50 * Frames.BYTES], true, Optional.of(300L)));
        sent.clear();

        playout.voidBefore(300, "barge-in", 0);

        assertThat(sent).isEmpty();
        assertThat(told).containsExactly("heard old 0 barge-in");
        assertThat(playout.isKnown("new")).isTrue();
    }

    @Test
    void aRecordThatIsReadAgainPlaysNothing() {
        playout.play(sound("a", 5));
        playout.play(sound("a", 5));
        playout.marked("s1", 0);
        playout.marked("e1", SECOND);
        playout.play(sound("a", 5));
        playout.stop("a", "stopped", SECOND);
        playout.stop("never", "stopped", SECOND);

        assertThat(sent).containsExactly("s1", "audio 5", "e1");
        assertThat(told).containsExactly("started a", "heard a 100");
        assertThat(playout.ending("a")).contains(new LegPlayout.Ending.Heard(100, Optional.empty()));
    }

    @Test
    void whatHadBegunOnALostLegIsOverAndTheRestWaitsForTheNext() {
        playout.play(sound("a", 50));
        playout.play(sound("b", 5));
        playout.marked("s1", 0);
        playout.pause(true, 2 * SECOND / 10);
        playout.pause(false, 4 * SECOND / 10);

        playout.lost(8 * SECOND / 10);
        assertThat(told).endsWith("heard a 600 leg-lost");
        sent.clear();
        playout.attached(leg);

        assertThat(sent).containsExactly("s2", "audio 5", "e2");
    }

    @Test
    void whatHadNotBegunIsSentAgainOnTheNextLegEvenIntoAPause() {
        playout.pause(true, 0);
        playout.play(sound("a", 5));
        playout.lost(SECOND);
        sent.clear();

        playout.attached(leg);

        assertThat(sent).containsExactly("pause", "s2", "audio 5", "e2");
        assertThat(told).isEmpty();
    }

    @Test
    void aPlayerThatSendsTooMuchIsRefused() {
        for (int i = 0; i < 20; i++) {
            playout.play(sound("s" + i, 5));
        }

        assertThat(told).containsExactly("refused s17", "refused s18", "refused s19");
    }

    private long framesSent() {
        return sent.stream()
                .filter(what -> what.startsWith("audio "))
                .mapToLong(what -> Long.parseLong(what.substring(6)))
                .sum();
    }

    private static StreamedSound sound(String id, int frames) {
        return new StreamedSound(id, new byte[frames * Frames.BYTES], true, Optional.of(100L));
    }
}
