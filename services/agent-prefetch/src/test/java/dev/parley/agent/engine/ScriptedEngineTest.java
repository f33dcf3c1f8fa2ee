package dev.parley.agent.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.agent.domain.ReplyPart;
import dev.parley.agent.domain.ReplyRequest;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ScriptedEngineTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "en | Hi, my name is Mary-Ann O'Neil! | Nice to meet you, Mary-Ann O'Neil. What can I do for you?",
                "en | WHAT ARE YOUR OPENING HOURS | We are open every day from nine in the morning until six in the evening.",
                "ru | Здравствуйте, меня зовут Семён. | Очень приятно, Семён. Чем я могу помочь?",
                "ru | Расскажите историю | Конечно, слушайте. В маленькой кухне на краю деревни стоял телефон.",
                "de | xyzzy | I see. Thank you for telling me that. Would you like to add anything?",
            })
    void theExamplesAnswerInTheLanguageOfTheCall(String language, String text, String answer) {
        assertThat(said(ask(ScriptedEngine.examples(), request(language, text, null, ""))))
                .startsWith(answer);
    }

    @Test
    void yesAndNoAnswerWhatWasAsked() {
        ScriptedEngine engine = ScriptedEngine.examples();
        ReplyPart.Done asked = done(ask(engine, request("en", "I want to book a table", null, "")));
        assertThat(said(ask(engine, request("en", "Yes, please.", asked.expects(), ""))))
                .startsWith("It is booked");
        assertThat(said(ask(engine, request("en", "No, okay?", asked.expects(), ""))))
                .startsWith("Then I leave it");
        assertThat(done(ask(engine, request("en", "Potatoes.", asked.expects(), "")))
                        .expects())
                .isEqualTo(asked.expects());
    }

    @Test
    void theGoodByeEndsTheCallAndTheNoticeMustBeHeard() {
        assertThat(done(ask(ScriptedEngine.examples(), request("en", "Good-bye!", null, "")))
                        .hangUp())
                .isTrue();
        List<ReplyPart> notice = ask(ScriptedEngine.examples(), request("en", "Is this recorded?", null, ""));
        assertThat(((ReplyPart.Text) notice.getFirst()).interruptible()).isFalse();
    }

    @Test
    void anAnswerThatWasBegunIsGoneOnWith() {
        String all = said(ask(ScriptedEngine.examples(), request("en", "tell me a story", null, "")));
        String rest = said(
                ask(ScriptedEngine.examples(), request("en", "tell me a story", null, "Of course, here is a story.")));
        assertThat(all).isEqualTo("Of course, here is a story. " + rest);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "answers: []\\nfallback: {say: x} | test.yaml:1: 'answers' must be a list with something in it",
                "answers:\\n  - when: a\\n    sya: b\\nfallback: {say: x} | test.yaml:3: 'sya' is not known here",
                "answers:\\n  - when: a\\nfallback: {say: x} | test.yaml:2: 'say' is missing",
                "answers:\\n  - when: a\\n    say: b {c}\\nfallback: {say: x} | test.yaml:3: '{c}' is captured by no pattern",
                "answers:\\n  - when: '...'\\n    say: b\\nfallback: {say: x} | test.yaml:2: '...' holds no word",
                "answers:\\n  - when: a\\n    say: b\\n    hang-up: maybe\\nfallback: {say: x} | test.yaml:4: 'hang-up' is true or false, not 'maybe'",
                "answers:\\n  - when: a\\n    say: b\\n    yes: {say: c}\\nfallback: {say: x} | test.yaml:4: 'yes' needs 'ask: yes-no' beside it",
                "answers:\\n  - when: a\\n    say: b | test.yaml:1: 'fallback' is missing",
                "answers: [ | test.yaml:1: is no YAML",
            })
    void whatIsWrongIsNamedWithItsLine(String yaml, String problem) {
        assertThatThrownBy(() -> ScriptedEngine.of("test.yaml", yaml.replace("\\n", "\n")))
                .isInstanceOf(UnusableScript.class)
                .hasMessageContaining(problem.strip());
    }

    @Test
    void aFileThatIsNotThereIsNamed() {
        assertThatThrownBy(() -> ScriptedEngine.of(Path.of("/nowhere/agent.yaml")))
                .hasMessage("/nowhere/agent.yaml: there is no such file");
    }

    private static ReplyRequest request(String language, String text, String expects, String alreadySaid) {
        return new ReplyRequest("pbx~1", language, List.of(), text, expects, alreadySaid);
    }

    private static List<ReplyPart> ask(ScriptedEngine engine, ReplyRequest request) {
        BlockingQueue<ReplyPart> parts = new LinkedBlockingQueue<>();
        engine.ask(request, parts::add);
        List<ReplyPart> all = new ArrayList<>();
        try {
            do {
                ReplyPart part = parts.poll(10, TimeUnit.SECONDS);
                assertThat(part).as("an answer in time").isNotNull();
                all.add(part);
            } while (all.getLast() instanceof ReplyPart.Text);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        return all;
    }

    private static String said(List<ReplyPart> parts) {
        StringBuilder text = new StringBuilder();
        parts.forEach(part -> text.append(part instanceof ReplyPart.Text each ? each.text() : ""));
        return text.toString();
    }

    private static ReplyPart.Done done(List<ReplyPart> parts) {
        return (ReplyPart.Done) parts.getLast();
    }
}
