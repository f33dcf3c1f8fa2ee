package dev.parley.agent.domain;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is done with texts: stitching, cutting into clauses, telling backchannels. */
class TextTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "I would like to know where my parcel. | my parcel is today. | I would like to know where my parcel is today.",
                "It was the best of times, | Times, it was the worst | It was the best of times, it was the worst",
                "Я хотел бы узнать, где моя посылка | посылка сейчас. | Я хотел бы узнать, где моя посылка сейчас.",
                "we had everything befo | before us | we had everything before us",
                "the epoch of belief | lief it was | the epoch of belief it was",
                "one two three | four five | one two three four five",
                "Ещё | еще раз | Ещё раз",
                " | hello | hello",
                "hello | | hello",
                "I am here | here | I am here",
                "Password incorrect. Please enter your path. | Password followed by the pound key. | Password incorrect. Please enter your password followed by the pound key.",
                "the conference to the default. | Salt level. | the conference to the default level.",
                "press 8 to truncate. | Try and truncate the file | press 8 to truncate the file",
                "I'm sorry. There are no mats. | Who matches for those | I'm sorry. There are no matches for those",
                "моя фамилия Иван | Иванова, я звоню | моя фамилия Иванова, я звоню",
                "хочу заказать пиц | пиццу с грибами | хочу заказать пиццу с грибами",
                "по адресу Ленинский | нинский проспект | по адресу Ленинский проспект",
            })
    void theTextsOfNeighbouringChunksAreJoinedAtTheirOverlap(String left, String right, String whole) {
        String joined = Stitcher.join(left == null ? "" : left, right == null ? "" : right, 8, 100);
        assertThat(Words.normal(joined)).isEqualTo(Words.normal(whole));
    }

    @Test
    void withoutOverlapARepeatedWordIsKept() {
        assertThat(Stitcher.join("no", "no not that", 0, 100)).isEqualTo("no no not that");
    }

    @Test
    void aRemnantThatAddsNoRoomForAWordAddsNone() {
        assertThat(Stitcher.join("To leave the conference.", "Friends.", 21, 7)).isEqualTo("To leave the conference.");
        assertThat(Stitcher.join("To leave the conference.", "Friends.", 21, 40))
                .isEqualTo("To leave the conference. Friends.");
        assertThat(Stitcher.join("I said no", "No", 0, 10)).isEqualTo("I said no No");
    }

    @Test
    void theFirstClauseIsShortAndThenSentencesFollow() {
        assertThat(clauses("Of course, here is a story. Once upon a time, there was a phone. The end.", 1000))
                .containsExactly("Of course,", "here is a story.", "Once upon a time, there was a phone.", "The end.");
    }

    @Test
    void numbersAndAbbreviationsDoNotEndSentences() {
        assertThat(clauses("It costs 3.50 at Dr. Smith's on the 5. of May. Fine?", 1000))
                .containsExactly("It costs 3.50 at Dr. Smith's on the 5. of May.", "Fine?");
        assertThat(clauses("Это стоит 5 руб. за штуку на ул. Ленина. Берёте?", 1000))
                .containsExactly("Это стоит 5 руб. за штуку на ул. Ленина.", "Берёте?");
    }

    @Test
    void theClausesDoNotDependOnHowTheTextCameAndLoseNothing() {
        String text =
                "Конечно, слушайте! В маленькой кухне… стоял телефон: «Алло?» — сказал он. 😀 Well, e.g. this is it. "
                        + "word ".repeat(80) + "End";
        List<String> whole = clauses(text, 10_000);
        assertThat(String.join(" ", whole)).isEqualTo(text.strip());
        for (long seed = 1; seed <= 200; seed++) {
            Random random = new Random(seed);
            ClauseSplitter splitter = new ClauseSplitter(true);
            List<String> clauses = new ArrayList<>();
            for (int i = 0; i < text.length(); ) {
                int next = Math.min(text.length(), i + 1 + random.nextInt(12));
                clauses.addAll(splitter.add(text.substring(i, next)));
                i = next;
            }
            clauses.add(splitter.rest());
            assertThat(clauses).as("seed %d", seed).isEqualTo(whole);
        }
    }

    private static List<String> clauses(String text, int step) {
        ClauseSplitter splitter = new ClauseSplitter(true);
        List<String> clauses = new ArrayList<>(splitter.add(text.substring(0, Math.min(step, text.length()))));
        String rest = splitter.rest();
        if (!rest.isEmpty()) {
            clauses.add(rest);
        }
        return clauses;
    }

    // Half of 30 and 30: the list of phrases was made with these in sight, TUNED; the others were looked at once, at
    // the end.

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Mm-hmm.",
                "Uh-huh.",
                "Yeah.",
                "Okay.",
                "Right, right.",
                "I see.",
                "Mmm",
                "Yeah, yeah.",
                "Угу.",
                "Ага.",
                "Да-да.",
                "Угу, угу",
                "Понятно.",
                "Так.",
                "Ну да."
            })
    void backchannelsThatWereTunedOnAreTold(String text) {
        assertThat(Backchannels.standard().matches(text)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "No.",
                "Wait.",
                "Stop, please.",
                "No, I meant Tuesday.",
                "Okay, but not today.",
                "Yes, and another thing",
                "Hold on.",
                "Can I say something?",
                "Нет.",
                "Подождите.",
                "Стоп.",
                "Да нет же.",
                "А можно вопрос?",
                "Хорошо, а когда?",
                "Не надо."
            })
    void interruptionsThatWereTunedOnAreTold(String text) {
        assertThat(Backchannels.standard().matches(text)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Mhm.",
                "Uh huh, okay.",
                "Sure.",
                "Got it.",
                "Oh, okay.",
                "All right.",
                "Oh really?",
                "Hmm.",
                "Ага, ага.",
                "Да, да, да.",
                "Ясно.",
                "Хорошо, хорошо.",
                "Угу, понятно.",
                "Мм.",
                "Конечно."
            })
    void backchannelsThatWereNotTunedOnAreTold(String text) {
        assertThat(Backchannels.standard().matches(text)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "That's not what I asked.",
                "Sorry?",
                "What did you say?",
                "Hang on a second.",
                "Yeah, but I need it today.",
                "Excuse me.",
                "Let me finish.",
                "Goodbye.",
                "Подожди секунду.",
                "Я не об этом.",
                "Что?",
                "Повторите, пожалуйста.",
                "Да, но мне нужно сегодня.",
                "Оператора.",
                "Хватит."
            })
    void interruptionsThatWereNotTunedOnAreTold(String text) {
        assertThat(Backchannels.standard().matches(text)).isFalse();
    }
}
