package dev.parley.devstack;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.devstack.audit.CallVerdict;
import dev.parley.devstack.audit.CallVerdict.Play;
import dev.parley.devstack.audit.CallVerdict.Spoken;
import dev.parley.devstack.audit.CallView;
import dev.parley.devstack.audit.Entry;
import dev.parley.records.BargeIn;
import dev.parley.records.BargeInWriter;
import dev.parley.records.CallEvent;
import dev.parley.records.CallEventType;
import dev.parley.records.ChunkStage;
import dev.parley.records.Conversation;
import dev.parley.records.PlaybackEvent;
import dev.parley.records.PlaybackEventType;
import dev.parley.records.Reply;
import dev.parley.records.ReplyKind;
import dev.parley.records.ReplyType;
import dev.parley.records.Said;
import dev.parley.records.Speaker;
import dev.parley.records.SpeechEvent;
import dev.parley.records.SpeechEventType;
import dev.parley.records.Transcript;
import dev.parley.records.TranscriptStatus;
import dev.parley.schemas.PlaybackId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** That the verdict on a call in which services were killed can be a bad one: a good call, and the same with one thing wrong at a time. */
class CallVerdictTest {
    private static final String CALL = "sim~1";
    private final List<Spoken> spoken =
            new ArrayList<>(List.of(new Spoken("first", 100, 200, true, 0), new Spoken("second", 500, 600, true, 0)));
    private final List<Entry> entries =
            new ArrayList<>(List.of(commit(100, 200, 0), commit(500, 600, 0), ended("caller-hung-up")));
    private final List<Play> plays = new ArrayList<>(List.of(play(100, 0, 5), play(500, 0, 15)));

    @Test
    void aGoodCallHasNoFault() {
        assertThat(faults()).isEmpty();
    }

    @Test
    void anUtteranceThatNothingAnsweredIsLost() {
        entries.remove(1);
        plays.remove(1);
        assertThat(faults()).singleElement().asString().startsWith("lost: 'second'");
    }

    @Test
    void whatIsAnsweredTogetherWithWhatWasSaidNextIsNot() {
        entries.remove(0);
        plays.remove(0);
        entries.add(recognised(100, "All right, and then?"));
        entries.add(remembered(600, "all right and then wait a moment"));
        assertThat(faults()).isEmpty();
    }

    @Test
    void butWhatTheAgentHasForgottenIs() {
        entries.remove(0);
        plays.remove(0);
        entries.add(recognised(100, "All right, and then?"));
        entries.add(remembered(600, "Wait a moment."));
        assertThat(faults()).singleElement().asString().startsWith("lost: 'first'");
    }

    @Test
    void anAnswerThatWasCommittedAndNeverPlayedDoesNotCount() {
        plays.remove(0);
        assertThat(faults()).singleElement().asString().startsWith("lost: 'first'");
    }

    @Test
    void anAnswerThatTheLineDidNotCarryDoesNotCount() {
        spoken.set(1, new Spoken("second", 500, 600, false, 0));
        assertThat(faults()).singleElement().asString().startsWith("not heard");
    }

    @Test
    void twoAnswersToOneUtteranceAreOneTooMany() {
        entries.add(commit(100, 200, 1));
        plays.add(play(100, 1, 8));
        assertThat(faults())
                .hasSize(2)
                .anyMatch(fault -> fault.startsWith("answered twice: 'first'"))
                .anyMatch(fault -> fault.startsWith("committed twice: turn 200"));
    }

    @Test
    void aTurnCommittedTwiceIsAFaultThoughOnlyOneAnswerWasPlayed() {
        entries.add(commit(100, 200, 1));
        assertThat(faults()).singleElement().asString().startsWith("committed twice: turn 200");
    }

    @Test
    void anAnswerThatWasCancelledUnheardMayBeAnsweredAnew() {
        entries.add(commit(100, 200, 1));
        entries.add(entry(reply(100, 1, ReplyType.CANCEL).build(), 9));
        assertThat(faults()).isEmpty();
    }

    @Test
    void thePlaybackOfOneChunkTwiceIsAFault() {
        plays.add(play(500, 0, 17));
        assertThat(faults()).singleElement().asString().startsWith("played twice");
    }

    @Test
    void whatTheGatewayDoesNotKnowWasNotPlayed() {
        Entry queued = playback(PlaybackEventType.QUEUED, null, 5);
        Entry unknown = playback(PlaybackEventType.FAILED, "unknown", 9);
        Entry failed = playback(PlaybackEventType.FAILED, "media", 9);
        Entry again = playback(PlaybackEventType.QUEUED, null, 10);
        assertThat(CallVerdict.plays(new CallView(List.of(queued, unknown, again), CALL)))
                .hasSize(1);
        assertThat(CallVerdict.plays(new CallView(List.of(queued, failed, again), CALL)))
                .hasSize(2);
    }

    @Test
    void whatIsPlayedAlthoughItIsVoidIsAFault() {
        entries.add(voidBefore(300, 3));
        assertThat(faults())
                .singleElement()
                .asString()
                .startsWith("void: ")
                .asString()
                .contains("frame 200");
    }

    @Test
    void whatWasPlayedBeforeItBecameVoidIsNone() {
        entries.add(voidBefore(300, 7));
        assertThat(faults()).isEmpty();
    }

    @Test
    void aCallThatWeEndedIsAFault() {
        entries.set(2, ended("lost"));
        assertThat(faults()).containsExactly("ended by us: lost");
    }

    @Test
    void theBotSpeakingOverTheCallerIsAFault() {
        spoken.set(1, new Spoken("second", 500, 600, true, 400));
        assertThat(faults()).containsExactly("spoken over: the bot spoke for 400 ms during 'second'");
    }

    @Test
    void aBotThatBeginsInTheSameMomentAsTheCallerAndFallsSilentAtOnceIsNone() {
        spoken.set(1, new Spoken("second", 500, 600, true, 160));
        assertThat(faults()).isEmpty();
    }

    @Test
    void anUtteranceThatNeverEndsIsAFault() {
        entries.add(speech(100, SpeechEventType.SPEECH_STARTED, 110));
        assertThat(faults()).containsExactly("never ended: the utterance that began at frame 100");
        entries.add(speech(100, SpeechEventType.END_OF_TURN, 300));
        assertThat(faults()).isEmpty();
    }

    @Test
    void theListeningMaySayAThingTwiceButNotDifferently() {
        entries.add(speech(100, SpeechEventType.END_OF_TURN, 300));
        entries.add(speech(100, SpeechEventType.END_OF_TURN, 300));
        assertThat(faults()).isEmpty();
        entries.add(speech(100, SpeechEventType.END_OF_TURN, 308));
        assertThat(faults()).containsExactly("told differently: end of turn of 100");
    }

    @Test
    void aLineOfTheAgentsLogThatIsThereTwiceIsAFault() {
        entries.add(commit(500, 600, 0));
        assertThat(faults()).containsExactly("logged twice: ANSWER 500/0/0/0 COMMIT");
    }

    private static Entry speech(long utterance, SpeechEventType type, long frame) {
        return entry(
                SpeechEvent.newBuilder()
                        .setCallId(CALL)
                        .setType(type)
                        .setUtterance(utterance)
                        .setLastVoicedFrame(frame)
                        .setVoicedFrames(1)
                        .setFrame(frame)
                        .setAt(0)
                        .build(),
                4);
    }

    private List<String> faults() {
        return new CallVerdict(spoken, entries, plays).faults();
    }

    private static Entry commit(long utterance, long turn, int attempt) {
        return entry(reply(utterance, attempt, ReplyType.COMMIT).setTurn(turn).build(), 4);
    }

    private static Reply.Builder reply(long utterance, int attempt, ReplyType type) {
        return Reply.newBuilder()
                .setCallId(CALL)
                .setType(type)
                .setKind(ReplyKind.ANSWER)
                .setUtterance(utterance)
                .setIndex(0)
                .setRevision(0)
                .setAttempt(attempt)
                .setBasedOn(utterance + 90)
                .setFrame(utterance)
                .setAt(0);
    }

    private static Entry voidBefore(long frame, long second) {
        return entry(
                BargeIn.newBuilder()
                        .setCallId(CALL)
                        .setWriter(BargeInWriter.AGENT)
                        .setVoidBefore(frame)
                        .setFrame(frame)
                        .setAt(0)
                        .build(),
                second);
    }

    private static Entry ended(String reason) {
        return entry(
                CallEvent.newBuilder()
                        .setCallId(CALL)
                        .setType(CallEventType.ENDED)
                        .setFrame(900)
                        .setAt(0)
                        .setReason(reason)
                        .build(),
                30);
    }

    private static Play play(long utterance, int attempt, long second) {
        return new Play(
                new PlaybackId(ReplyKind.ANSWER, CALL, utterance, 0, 0, attempt, 0).toString(),
                Instant.ofEpochSecond(second));
    }

    private static Entry recognised(long utterance, String text) {
        return entry(
                Transcript.newBuilder()
                        .setCallId(CALL)
                        .setUtterance(utterance)
                        .setIndex(0)
                        .setRevision(0)
                        .setStage(ChunkStage.PROVISIONAL)
                        .setFirstFrame(utterance)
                        .setLastFrame(utterance + 50)
                        .setStatus(TranscriptStatus.RECOGNISED)
                        .setText(text)
                        .setFrame(utterance + 50)
                        .setAt(0)
                        .build(),
                3);
    }

    private static Entry remembered(long turn, String text) {
        return entry(
                Conversation.newBuilder()
                        .setCallId(CALL)
                        .setHistory(List.of(Said.newBuilder()
                                .setSpeaker(Speaker.CALLER)
                                .setTurn(turn)
                                .setText(text)
                                .build()))
                        .setOffsets(Map.of())
                        .setFrame(turn)
                        .setAt(0)
                        .build(),
                14);
    }

    private static Entry playback(PlaybackEventType type, @Nullable String reason, long second) {
        return entry(
                PlaybackEvent.newBuilder()
                        .setCallId(CALL)
                        .setPlaybackId(play(100, 0, second).playbackId())
                        .setType(type)
                        .setHttpStatus(type == PlaybackEventType.QUEUED ? 202 : null)
                        .setReason(reason)
                        .setFrame(second * 50)
                        .setAt(second * 1_000_000)
                        .setSeenBy("test")
                        .build(),
                second);
    }

    private static Entry entry(SpecificRecord value, long second) {
        return new Entry("", CALL, 0, second * 1_000_000, second * 1_000_000, second * 1_000_000, value);
    }
}
