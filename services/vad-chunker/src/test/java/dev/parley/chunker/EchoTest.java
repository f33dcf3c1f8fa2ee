package dev.parley.chunker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.chunker.domain.CallListening;
import dev.parley.chunker.domain.Decision;
import dev.parley.chunker.domain.ListeningSettings;
import dev.parley.chunker.vad.Batch;
import dev.parley.chunker.vad.ListenedCall;
import dev.parley.records.AudioFrame;
import dev.parley.records.ListeningCheckpoint;
import dev.parley.records.SpeechEvent;
import dev.parley.records.SpeechEventType;
import dev.parley.speech.VoiceActivityModel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The bot's own voice in the caller's audio, real speech and the real network. */
class EchoTest {
    private static final Set<SpeechEventType> TAKEN_FOR_A_CALLER = Set.of(
            SpeechEventType.SUSPECTED, SpeechEventType.HELD, SpeechEventType.CONFIRMED, SpeechEventType.SPEECH_STARTED);

    /** The bot at -20 dB. */
    private static EchoedCall bot(String language) {
        return new EchoedCall(EchoedCall.sound(Sounds.recording(language + "/demo-instruct"), -20));
    }

    /** Two seconds of a person, so loud. */
    private static short[] person(double level) {
        return Arrays.copyOf(EchoedCall.sound(Sounds.recording("en/demo-congrats"), level), 16_000);
    }

    private static List<SpeechEvent> takenForACaller(Rehearsal heard, double fromSecond) {
        return heard.events().stream()
                .filter(event -> TAKEN_FOR_A_CALLER.contains(event.getType()) && event.getFrame() >= fromSecond * 50)
                .toList();
    }

    @ParameterizedTest
    @CsvSource({"en,6,60", "en,6,200", "en,12,60", "en,12,200", "en,20,60", "en,20,200", "ru,6,60", "ru,12,200"})
    void fourSecondsIntoTheCallTheBotsEchoIsNoCaller(String language, double quieter, int millis) {
        try (VoiceActivityModel model = Sounds.silero()) {
            Rehearsal known = bot(language).echo(quieter, millis).hold(24, model);
            Rehearsal unknown =
                    bot(language).echo(quieter, millis).levelUnknown().hold(24, model);

            assertThat(takenForACaller(known, 4)).isEmpty();
            assertThat(known.events(SpeechEventType.CONFIRMED)).isEmpty();
            assertThat(takenForACaller(unknown, 4)).hasSizeGreaterThan(4);
        }
    }

    @ParameterizedTest
    @CsvSource({"6,60,-20", "12,200,-26", "20,200,-30"})
    void aCallerLouderThanTheEchoInterrupts(double quieter, int millis, double level) {
        try (VoiceActivityModel model = Sounds.silero()) {
            Rehearsal echoed =
                    bot("en").echo(quieter, millis).caller(14, person(level)).hold(18, model);
            Rehearsal clean = bot("en").caller(14, person(level)).hold(18, model);

            List<Long> delays = delays(echoed);
            List<Long> withoutEcho = delays(clean);
            System.out.println("echo -" + quieter + " dB, caller " + level
                    + " dB: frames until suspected, held, confirmed " + delays + ", without echo " + withoutEcho);
            assertThat(delays).hasSize(3);
            assertThat(delays.getFirst()).isLessThanOrEqualTo(withoutEcho.getFirst() + 40);
        }
    }

    /** Frames from the caller's first sound at second 14. */
    private static List<Long> delays(Rehearsal heard) {
        List<Long> delays = new ArrayList<>();
        for (SpeechEventType type :
                List.of(SpeechEventType.SUSPECTED, SpeechEventType.HELD, SpeechEventType.CONFIRMED)) {
            heard.events(type).stream()
                    .map(event -> event.getFrame() - 14 * 50)
                    .filter(delay -> delay >= 0)
                    .findFirst()
                    .ifPresent(delays::add);
        }
        return delays;
    }

    @ParameterizedTest
    @ValueSource(doubles = {-20, -30, -40})
    void onALineWithoutEchoTheLevelChangesNothing(double level) {
        try (VoiceActivityModel model = Sounds.silero()) {
            Rehearsal known = bot("ru")
                    .caller(1, person(level))
                    .caller(8, person(level))
                    .caller(14, person(level))
                    .hold(20, model);
            Rehearsal unknown = bot("ru")
                    .levelUnknown()
                    .caller(1, person(level))
                    .caller(8, person(level))
                    .caller(14, person(level))
                    .hold(20, model);

            assertThat(known.story()).isEqualTo(unknown.story()).isNotEmpty();
            assertThat(known.events(SpeechEventType.SUSPECTED).stream()
                            .map(SpeechEvent::getFrame)
                            .toList())
                    .isEqualTo(unknown.events(SpeechEventType.SUSPECTED).stream()
                            .map(SpeechEvent::getFrame)
                            .toList());
        }
    }

    @Test
    void aNewOwnerGoesOnInTheMiddleOfTheEchoAsTheOldOneWouldHave() {
        try (VoiceActivityModel model = Sounds.silero()) {
            EchoedCall call = bot("en").echo(12, 200).caller(8, person(-22));
            Rehearsal undisturbed = call.hold(14, model);
            List<ListeningCheckpoint> checkpoints = undisturbed.checkpoints();

            int withEcho = 0;
            for (int i = 0; i < checkpoints.size(); i++) {
                withEcho += checkpoints.get(i).getVoice().getEchoDelay() >= 0 ? 1 : 0;
                Rehearsal next = goOn(checkpoints.get(i), call.records(), model);
                int before = undisturbed.decisions().size() - next.decisions().size();
                assertThat(next.checkpoints()).isEqualTo(checkpoints.subList(i + 1, checkpoints.size()));
                assertThat(next.decisions())
                        .isEqualTo(undisturbed
                                .decisions()
                                .subList(before, undisturbed.decisions().size()));
            }
            assertThat(withEcho).isGreaterThan(5);
        }
    }

    private static Rehearsal goOn(ListeningCheckpoint from, List<AudioFrame> records, VoiceActivityModel model) {
        Rehearsal rehearsal = new Rehearsal(new ArrayList<>(), new ArrayList<>());
        CallListening listening = new CallListening(from, ListeningSettings.DEFAULTS);
        ListenedCall call = new ListenedCall(listening, new ListenedCall.Out() {
            @Override
            public void decided(Decision decision) {
                rehearsal.decisions().add(decision);
            }

            @Override
            public void checkpoint(ListeningCheckpoint checkpoint) {
                rehearsal.checkpoints().add(checkpoint);
            }
        });
        Batch batch = new Batch(model);
        for (int i = (int) from.getNeededOffset(); i < records.size(); i++) {
            listening.offer(records.get(i), i);
            batch.listen(List.of(call), Integer.MAX_VALUE);
        }
        return rehearsal;
    }
}
