package dev.parley.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.parley.ari.AriClient;
import dev.parley.ari.AriServer;
import dev.parley.audio.Sound;
import dev.parley.records.AudioFrame;
import dev.parley.records.CallCommand;
import dev.parley.records.CallCommandType;
import dev.parley.records.CallEvent;
import dev.parley.records.CallEventType;
import dev.parley.records.FrameKind;
import dev.parley.records.ReplyKind;
import dev.parley.schemas.PlaybackId;
import dev.parley.schemas.Topics;
import dev.parley.testkit.asterisk.SimulatedAsterisk;
import dev.parley.testkit.asterisk.SimulatedCall;
import dev.parley.testkit.asterisk.SimulatedPhone;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What operators and the agent want of a call: each command is done once, and what came of it can be read in call.events. */
class GatewayCommandTest {
    private static final Duration LONG = Duration.ofSeconds(15);

    private final Vertx vertx = Vertx.vertx();
    private final GatewayHarness harness = new GatewayHarness();

    @AfterEach
    void close() {
        harness.close();
        vertx.close();
    }

    // ---- Digits

    @Test
    void digitsAreSentOnceHoweverOftenTheCommandIsRead() {
        // Given
        SimulatedCall call = talking();
        CallCommand command = command(call, CallCommandType.SEND_DIGITS, "12#", "d1");

        // When
        harness.gateway.command(command);
        harness.gateway.command(command);
        harness.gateway.command(command(call, CallCommandType.SEND_DIGITS, "*", "d2"));
        await().until(() -> call.digitsReceived().contains("*"));

        // Then
        assertThat(call.digitsReceived()).isEqualTo("12#*");
        assertThat(commanded(call)).containsExactly("d1 accepted", "d2 accepted");
    }

    @Test
    void whatCannotBeDoneIsAnsweredWithTheReason() {
        // Given
        SimulatedCall call = talking();
        CallCommand old = command(call, CallCommandType.SEND_DIGITS, "5", "old");
        old.setAt(old.getAt() - 60_000_000);

        // When
        harness.gateway.command(old);
        harness.gateway.command(command(call, CallCommandType.SEND_DIGITS, "5; x", "bad"));
        harness.gateway.command(command(call, CallCommandType.TRANSFER, "ann\r\nx", "worse"));
        await().until(() -> commanded(call).size() == 3);

        // Then
        assertThat(commanded(call)).containsExactly("old too-old", "bad bad-argument", "worse bad-argument");
        assertThat(call.digitsReceived()).isEmpty();
    }

    // ---- Transfer

    @Test
    void aTransferConnectsTheTwoAndTheBotIsSilentAndDeafMeanwhile() {
        // Given
        SimulatedPhone ann = harness.asterisk.addPhone("PJSIP/ann");
        SimulatedCall call = talking();
        play(call, 60_000);

        // When
        harness.gateway.command(command(call, CallCommandType.TRANSFER, "ann", "t"));
        await().until(ann::isRinging);
        assertThat(harness.asterisk.livePlaybacks()).isEmpty();
        ann.pickUp();
        await().atMost(LONG).until(call::isConnected);
        play(call, 60_000); // A player that does not know yet.
        await().atMost(LONG).until(() -> harness.asterisk.livePlaybacks().isEmpty());

        // Then the two hear each other
        SimulatedCall other = ann.call().orElseThrow();
        int before = other.frames();
        call.say(tone(500));
        await().untilAsserted(() ->
                assertThat(loudness(other.receivedFrom(before).samples())).isGreaterThan(1_000));
        int beforeAnswer = call.frames();
        other.say(tone(500));
        await().untilAsserted(() ->
                assertThat(loudness(call.receivedFrom(beforeAnswer).samples())).isGreaterThan(1_000));
        assertThat(harness.eventTypes(call))
                .containsExactly(
                        CallEventType.STARTED, CallEventType.COMMANDED, CallEventType.HELD, CallEventType.TRANSFERRED);
        assertThat(last(call, CallEventType.HELD).getReason()).isEqualTo("transfer");

        // And it ends when the other one hangs up; nobody has listened
        other.hangUp();
        harness.awaitEnded(call);
        assertThat(harness.events(call).getLast().getReason()).isEqualTo("transferred");
        await().atMost(LONG).until(call::isOver);
        List<AudioFrame> records = harness.audio(call);
        GatewayHarness.assertWithoutHole(records);
        long heldFrom = last(call, CallEventType.HELD).getFrame();
        assertThat(records)
                .filteredOn(record -> record.getFrame() >= heldFrom)
                .noneMatch(record -> record.getKind() == FrameKind.FRAME)
                .anyMatch(record -> record.getKind() == FrameKind.HOLD);
        harness.awaitNothingLeft();
    }

    @Test
    void aCallerWhoHangsUpDuringATalkEndsItForBoth() {
        // Given
        SimulatedPhone ann = harness.asterisk.addPhone("PJSIP/ann").answersAfter(Duration.ofMillis(100));
        SimulatedCall call = talking();
        harness.gateway.command(command(call, CallCommandType.TRANSFER, "PJSIP/ann", "t"));
        await().atMost(LONG).until(call::isConnected);

        // When
        call.hangUp();

        // Then
        await().atMost(LONG).until(() -> ann.call().orElseThrow().isOver());
        harness.awaitEnded(call);
        assertThat(harness.events(call).getLast().getReason()).isEqualTo("caller-hung-up");
        harness.awaitNothingLeft();
    }

    @ParameterizedTest
    @CsvSource({"busy,busy", "refuses,refused", "rings,no-answer", "unknown,refused"})
    void whoDoesNotTakeTheCallLeavesTheCallerWithTheBot(String phone, String outcome) {
        // Given
        harness.asterisk.addPhone("PJSIP/busy").isBusy();
        harness.asterisk.addPhone("PJSIP/refuses").refusesAfter(Duration.ofMillis(200));
        harness.asterisk.addPhone("PJSIP/rings");
        SimulatedCall call = talking();

        // When
        harness.gateway.command(command(call, CallCommandType.TRANSFER, phone, "t"));
        await().atMost(LONG).until(() -> harness.eventTypes(call).contains(CallEventType.UNHELD));

        // Then
        assertThat(last(call, CallEventType.UNHELD).getReason()).isEqualTo(outcome);
        assertThat(harness.control.of(Topics.CALL_COMMANDS)).singleElement().satisfies(said -> {
            assertThat(said.getType()).isEqualTo(CallCommandType.SAY);
            assertThat(said.getArgument()).isNotBlank();
        });
        long back = last(call, CallEventType.UNHELD).getFrame();
        await().until(() -> harness.audio(call).stream()
                .anyMatch(record -> record.getKind() == FrameKind.FRAME && record.getFrame() >= back + 20));
        GatewayHarness.assertWithoutHole(harness.audio(call));
        int now = call.frames();
        call.say(new short[0]);
        await().until(() -> call.frames() > now + 10);
        assertThat(loudness(call.receivedFrom(now).samples()))
                .as("no ringing tone is left")
                .isZero();
        await().atMost(LONG)
                .untilAsserted(() ->
                        assertThat(harness.asterisk.liveChannels()).noneMatch(id -> id.startsWith("parley-line")));
        call.hangUp();
        harness.awaitNothingLeft();
    }

    /** Before the request, while it is under way, while it rings, while they are being connected. */
    @ParameterizedTest
    @ValueSource(ints = {0, 10, 30, 60, 120, 200, 260, 320, 400})
    void aCallerWhoHangsUpDuringATransferLeavesNothingBehind(int afterMillis) {
        // Given
        SimulatedPhone ann = harness.asterisk.addPhone("PJSIP/ann").answersAfter(Duration.ofMillis(150));
        SimulatedCall call = talking();
        harness.asterisk.faults().delayRequests(Duration.ofMillis(50));

        // When
        harness.gateway.command(command(call, CallCommandType.TRANSFER, "ann", "t"));
        await().pollDelay(Duration.ofMillis(afterMillis)).until(() -> true);
        call.hangUp();

        // Then
        harness.awaitEnded(call);
        harness.awaitNothingLeft();
        await().pollDelay(Duration.ofMillis(300)).untilAsserted(harness::awaitNothingLeft);
        assertThat(ann.timesCalled()).isLessThan(2);
    }

    @Test
    void aSecondTransferHasToWaitForTheFirst() {
        // Given
        SimulatedPhone ann = harness.asterisk.addPhone("PJSIP/ann");
        SimulatedPhone bob = harness.asterisk.addPhone("PJSIP/bob");
        SimulatedCall call = talking();
        harness.gateway.command(command(call, CallCommandType.TRANSFER, "ann", "t1"));
        await().until(ann::isRinging);

        // When
        harness.gateway.command(command(call, CallCommandType.TRANSFER, "bob", "t2"));
        await().until(() -> commanded(call).size() == 2);

        // Then
        assertThat(commanded(call)).containsExactly("t1 accepted", "t2 not-now");
        assertThat(bob.timesCalled()).isZero();
    }

    @Test
    void aHangUpCommandEndsARingingTransferToo() {
        // Given
        SimulatedPhone ann = harness.asterisk.addPhone("PJSIP/ann");
        SimulatedCall call = talking();
        harness.gateway.command(command(call, CallCommandType.TRANSFER, "ann", "t"));
        await().until(ann::isRinging);

        // When
        harness.gateway.command(command(call, CallCommandType.HANG_UP, "", "h"));
        harness.awaitEnded(call);

        // Then
        assertThat(harness.events(call).getLast().getReason()).isEqualTo("command");
        harness.awaitNothingLeft();
        assertThat(ann.isRinging()).isFalse();
    }

    @Test
    void thePhonesHoldDuringATransferDoesNotGiveTheCallerBackToTheBot() {
        // Given
        harness.asterisk.addPhone("PJSIP/ann").answersAfter(Duration.ofMillis(50));
        SimulatedCall call = talking();
        harness.gateway.command(command(call, CallCommandType.TRANSFER, "ann", "t"));
        await().atMost(LONG).until(call::isConnected);

        // When
        call.hold();
        await().until(() -> harness.eventTypes(call).getLast() == CallEventType.HELD);
        call.unhold();
        call.press("1");
        harness.gateway.command(command(call, CallCommandType.SEND_DIGITS, "9", "mark"));
        await().until(() -> commanded(call).contains("mark accepted"));

        // Then
        assertThat(harness.eventTypes(call)).doesNotContain(CallEventType.UNHELD, CallEventType.DIGIT);
    }

    // ---- Calling out

    @Test
    void aCallThatTheBotBeginsIsACallLikeAnyOtherOnceItIsAnswered() {
        // Given
        SimulatedPhone bob = harness.asterisk.addPhone("PJSIP/bob").answersAfter(Duration.ofMillis(200));

        // When
        harness.gateway.command(originate("bob", "o"));
        harness.gateway.command(originate("bob", "o"));
        await().atMost(LONG).until(() -> bob.call().isPresent());
        SimulatedCall call = bob.call().orElseThrow();
        harness.awaitFrames(call, 20);

        // Then
        assertThat(call.channelId()).isEqualTo("out-o");
        assertThat(harness.eventTypes(call)).containsExactly(CallEventType.COMMANDED, CallEventType.STARTED);
        assertThat(bob.timesCalled()).isEqualTo(1);
        call.hangUp();
        harness.awaitEnded(call);
        harness.awaitNothingLeft();
    }

    @ParameterizedTest
    @CsvSource({"busy,busy", "rings,no-answer", "unknown,refused"})
    void aCallThatNobodyTakesHasAnEndAndNoBeginning(String phone, String outcome) {
        // Given
        harness.asterisk.addPhone("PJSIP/busy").isBusy();
        harness.asterisk.addPhone("PJSIP/rings");

        // When
        harness.gateway.command(originate(phone, "o"));

        // Then
        await().atMost(LONG)
                .untilAsserted(() -> assertThat(harness.control.of(Topics.CALL_EVENTS))
                        .extracting(event -> event.getType() + " " + event.getReason())
                        .containsExactly("COMMANDED accepted", "ENDED " + outcome));
        harness.awaitNothingLeft();
    }

    @Test
    void whatIsToBeCalledTooLateIsNotCalled() {
        // Given
        SimulatedPhone bob = harness.asterisk.addPhone("PJSIP/bob");
        CallCommand old = originate("bob", "o");
        old.setAt(old.getAt() - 60_000_000);

        // When
        harness.gateway.command(old);

        // Then
        await().untilAsserted(() -> assertThat(harness.control.of(Topics.CALL_EVENTS))
                .extracting(CallEvent::getReason)
                .containsExactly("too-old"));
        assertThat(bob.timesCalled()).isZero();
    }

    private static CallCommand originate(String whom, String id) {
        return CallCommand.newBuilder()
                .setCallId("sim~out-" + id)
                .setId(id)
                .setType(CallCommandType.ORIGINATE)
                .setArgument(whom)
                .setIssuedBy("test")
                .setFrame(0)
                .setAt(ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now()))
                .build();
    }

    // ---- Tools

    private SimulatedCall talking() {
        SimulatedCall call = harness.dial();
        harness.awaitFrames(call, 10);
        return call;
    }

    private List<String> commanded(SimulatedCall call) {
        return harness.events(call).stream()
                .filter(event -> event.getType() == CallEventType.COMMANDED)
                .map(event -> event.getCommandId() + " " + event.getReason())
                .toList();
    }

    private CallEvent last(SimulatedCall call, CallEventType type) {
        return harness.events(call).stream()
                .filter(event -> event.getType() == type)
                .reduce((_, second) -> second)
                .orElseThrow();
    }

    static CallCommand command(SimulatedCall call, CallCommandType type, String argument, String id) {
        return CallCommand.newBuilder()
                .setCallId("sim~" + call.channelId())
                .setId(id)
                .setType(type)
                .setArgument(argument)
                .setIssuedBy("test")
                .setFrame(0)
                .setAt(ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now()))
                .build();
    }

    /** As the player would. */
    private void play(SimulatedCall call, int millis) {
        harness.asterisk.installSound("long", new Sound(8_000, tone(millis)));
        AriClient player = new AriClient(
                vertx,
                new AriServer(harness.asterisk.uri(), SimulatedAsterisk.USER, SimulatedAsterisk.PASSWORD, "parley"),
                Duration.ofSeconds(5));
        String id = new PlaybackId(ReplyKind.ANSWER, "sim~" + call.channelId(), 5, 0, 0, 0, playbacks++).toString();
        player.playbacks().play(call.channelId(), id, List.of("sound:long"));
        await().atMost(LONG)
                .until(() -> harness.asterisk.requests().stream()
                        .anyMatch(request -> request.path().endsWith(id) && request.status() == 201));
    }

    private int playbacks;

    private static short[] tone(int millis) {
        short[] samples = new short[millis * 8];
        for (int i = 0; i < samples.length; i++) {
            samples[i] = (short) (8_000 * Math.sin(2 * Math.PI * 440 * i / 8_000));
        }
        return samples;
    }

    private static double loudness(short[] samples) {
        double sum = 0;
        for (short sample : samples) {
            sum += (double) sample * sample;
        }
        return samples.length == 0 ? 0 : Math.sqrt(sum / samples.length);
    }
}
