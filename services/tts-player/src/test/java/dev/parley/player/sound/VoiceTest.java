package dev.parley.player.sound;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.audio.Sound;
import dev.parley.player.domain.AnswerId;
import dev.parley.player.domain.ReplyChunk;
import dev.parley.records.ReplyKind;
import dev.parley.runtime.Metrics;
import dev.parley.speech.SpeechSynthesiser;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class VoiceTest {
    @Test
    void aPhraseThatWasRehearsedIsThereAtOnce() {
        List<String> spoken = new ArrayList<>();
        SpeechSynthesiser engine = new SpeechSynthesiser() {
            @Override
            public String name() {
                return "test";
            }

            @Override
            public Sound speak(String text) {
                spoken.add(text);
                return new Sound(8_000, new short[800]);
            }

            @Override
            public void close() {}
        };
        List<LineSound> heard = new ArrayList<>();
        try (Voice voice = new Voice(engine, new SoundShelf(1 << 20), 1, Metrics.inMemory())) {
            voice.rehearse("Hello!");
            voice.rehearse("Hello!");

            voice.ask(
                    new ReplyChunk("sim~1", "p", new AnswerId(ReplyKind.PROMPT, 0, 0, 0, 0), 0, "Hello!", true),
                    true,
                    new Voice.Listener() {
                        @Override
                        public void spoken(ReplyChunk chunk, LineSound sound) {
                            heard.add(sound);
                        }

                        @Override
                        public void failed(ReplyChunk chunk) {}
                    });
        }

        assertThat(heard).hasSize(1);
        assertThat(spoken).containsExactly("Hello!");
    }
}
