package dev.parley.testkit.asterisk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.parley.audio.Pcm;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * A websocket leg in a bridge with the caller, in both directions. Names, levels and order are those of Asterisk's
 * channels/chan_websocket.c (handle_command, dequeue_frame, process_binary_message).
 */
abstract class LegContract extends OneCallContract {
    private AriTestClient.Socket leg;

    @BeforeEach
    void connect() {
        leg = lab.leg(call, "leg", "");
    }

    /** Asterisk 22: "hears only the caller and can speak to it". */
    @Test
    void theLegHearsTheCallerAloneAndTheCallerHearsTheLeg() {
        call.say(Steps.staircase(500, 20));
        leg.send(frames(100, 20));

        lab.awaitHeard(call, 119);
        await().until(() -> heardByLeg().contains(519));
        assertThat(Lab.heard(call)).containsExactly(IntStream.range(100, 120).toArray());
        assertThat(heardByLeg())
                .containsSubsequence(IntStream.range(500, 520).boxed().toList());
        assertThat(heardByLeg()).noneMatch(step -> step >= 100 && step < 120);
    }

    /** Asterisk 22: "Asterisk paces at 20 ms", one frame a tick without a hole. */
    @Test
    void soundIsPacedByAsterisk() {
        leg.send(frames(100, 50));

        lab.awaitHeard(call, 149);
        int[] steps = Steps.of(call.received());
        int first = Arrays.stream(steps).boxed().toList().indexOf(100);
        int last = Arrays.stream(steps).boxed().toList().indexOf(149);
        assertThat(Lab.heard(call)).containsExactly(IntStream.range(100, 150).toArray());
        // A busy machine may bring packets late, but never early.
        assertThat(last - first).isGreaterThanOrEqualTo(49);
    }

    /** "0 frames reached the caller after a FLUSH", and marks that wait are not answered. */
    @Test
    void nothingIsHeardAfterAFlush() {
        leg.send(frames(100, 200));
        leg.send("MARK_MEDIA end");
        lab.awaitHeard(call, 110);

        leg.send("FLUSH_MEDIA");
        leg.send("GET_STATUS");

        await().until(() -> !statuses().isEmpty());
        int heard = Lab.heard(call).length;
        Lab.pass(call, 20);
        assertThat(Lab.heard(call)).hasSizeLessThanOrEqualTo(heard + 1).hasSizeLessThan(150);
        assertThat(statuses().getLast()).contains(" queue_length:0 ").contains(" media_paused:false");
        assertThat(leg.texts).noneMatch(text -> text.startsWith("MEDIA_MARK_PROCESSED"));
    }

    /** "PAUSE, GET_STATUS, FLUSH, CONTINUE back to back: exact". */
    @Test
    void theQueueTellsToTheFrameWhatWasHeard() {
        leg.send(frames(100, 100));
        lab.awaitHeard(call, 130);

        List.of("PAUSE_MEDIA", "GET_STATUS", "FLUSH_MEDIA", "CONTINUE_MEDIA").forEach(leg::send);
        leg.send(frames(300, 5));

        lab.awaitHeard(call, 304);
        int left = Integer.parseInt(statuses().getFirst().replaceAll(".*queue_length:(\\d+).*", "$1"));
        int heard = 100 - left;
        assertThat(Lab.heard(call))
                .containsExactly(IntStream.concat(IntStream.range(100, 100 + heard), IntStream.range(300, 305))
                        .toArray());
    }

    /** "pause, resume: exact, no click". */
    @Test
    void aPauseIsSilentAndItsEndGoesOnWhereItStood() {
        leg.send(frames(100, 60));
        lab.awaitHeard(call, 110);

        leg.send("PAUSE_MEDIA");
        Lab.pass(call, 3);
        int heard = Lab.heard(call).length;
        Lab.pass(call, 10);
        assertThat(Lab.heard(call)).hasSize(heard);
        leg.send("CONTINUE_MEDIA");

        lab.awaitHeard(call, 159);
        assertThat(Lab.heard(call)).containsExactly(IntStream.range(100, 160).toArray());
    }

    /** "PAUSE + FLUSH leaves it paused". */
    @Test
    void aFlushDoesNotEndAPause() {
        leg.send("PAUSE_MEDIA");
        leg.send("FLUSH_MEDIA");
        leg.send(frames(100, 5));
        Lab.pass(call, 10);
        assertThat(Lab.heard(call)).isEmpty();

        leg.send("CONTINUE_MEDIA");
        lab.awaitHeard(call, 104);
    }

    /** A mark is told when all before it was sent to the caller, and takes no time of its own. */
    @Test
    void aMarkIsToldWhenItsTurnComes() {
        leg.send("MARK_MEDIA begin");
        leg.send(frames(100, 30));
        leg.send("MARK_MEDIA middle");
        leg.send(frames(130, 30));

        await().until(() -> leg.texts.contains("MEDIA_MARK_PROCESSED middle"));
        assertThat(Lab.heard(call).length).isBetween(29, 40);
        lab.awaitHeard(call, 159);
        int[] steps = Steps.of(call.received());
        int first = Arrays.stream(steps).boxed().toList().indexOf(100);
        assertThat(Arrays.stream(steps).boxed().toList().indexOf(159) - first).isGreaterThanOrEqualTo(59);
        assertThat(leg.texts).containsSubsequence("MEDIA_MARK_PROCESSED begin", "MEDIA_MARK_PROCESSED middle");
    }

    /** "XOFF at 900 queued frames, XON below 800, drops at 1000": whole messages. */
    @Test
    void aFullQueueSaysSoAndDropsWhatComesThen() {
        leg.send("PAUSE_MEDIA");
        for (int i = 0; i < 10; i++) {
            leg.send(frames(100, 100));
        }
        leg.send(frames(100, 100));
        leg.send("GET_STATUS");

        await().until(() -> !statuses().isEmpty());
        assertThat(statuses().getFirst())
                .contains(" queue_length:1000 xon_level:800 xoff_level:900 queue_full:true bulk_media:false");
        assertThat(leg.texts).containsOnlyOnce("MEDIA_XOFF").doesNotContain("MEDIA_XON");

        leg.send("CONTINUE_MEDIA");
        await().atMost(Duration.ofSeconds(20)).until(() -> leg.texts.contains("MEDIA_XON"));
        assertThat(Lab.heard(call).length).isBetween(200, 230);
    }

    /** Only whole frames count, unless media is being buffered. */
    @Test
    void halvesOfFramesAreJoinedWhileBuffering() {
        byte[] sound = frames(100, 4);
        leg.send(Arrays.copyOf(sound, 500));
        leg.send("START_MEDIA_BUFFERING");
        leg.send(Arrays.copyOfRange(sound, 320, 700));
        leg.send(Arrays.copyOfRange(sound, 700, 1280));
        leg.send("STOP_MEDIA_BUFFERING done");

        lab.awaitHeard(call, 103);
        await().until(() -> leg.texts.contains("MEDIA_BUFFERING_COMPLETED done"));
        assertThat(Lab.heard(call)).containsExactly(100, 101, 102, 103);
    }

    /** "Websocket media control messages over 128 bytes are dropped without an error". */
    @Test
    void aLongCommandIsDropped() {
        leg.send("MARK_MEDIA " + "x".repeat(120));
        leg.send("MARK_MEDIA short");

        await().until(() -> leg.texts.contains("MEDIA_MARK_PROCESSED short"));
        assertThat(leg.texts).hasSize(2).noneMatch(text -> text.contains("xxx"));
    }

    /** "messages below 64 kB (80,000 bytes closes the socket)". */
    @Test
    void aMessageThatIsTooLongEndsTheLeg() {
        try {
            leg.send(new byte[80_000]);
        } catch (CompletionException e) {
            // Closed before the last of it was sent.
        }

        await().until(() -> !lab.channels().contains("leg"));
        assertThat(lab.channels()).contains(lab.id(call));
    }

    /** "no messages while the phone sends nothing". */
    @Test
    void aPhoneThatSendsNothingIsNothingInTheLeg() {
        await().until(() -> leg.binaries.size() > 3);

        call.stopRtp();

        Lab.pass(call, 3);
        int before = leg.binaries.size();
        Lab.pass(call, 20);
        assertThat(leg.binaries).hasSize(before);
    }

    /** "A websocket leg bridged with the caller stays at 0.5 ms and loses nothing." */
    @Test
    void aBurstOfTheNetworkIsPassedOnAsItComes() {
        call.stallNetwork(Duration.ofMillis(700));
        call.say(Steps.staircase(500, 60));

        await().until(() -> heardByLeg().contains(559));
        assertThat(heardByLeg().stream().filter(step -> step >= 500))
                .containsExactlyElementsOf(IntStream.range(500, 560).boxed().toList());
    }

    /** "dies with its socket: the channel of the leg is gone"; a new one in the caller's bridge speaks again. */
    @Test
    void aLegDiesWithItsSocketAndAnotherTakesItsPlace() {
        leg.send(frames(100, 200));
        lab.awaitHeard(call, 105);

        leg.drop();

        await().until(() -> !lab.channels().contains("leg"));
        int heard = Lab.heard(call).length;
        Lab.pass(call, 5);
        assertThat(Lab.heard(call)).hasSize(heard);
        AriTestClient.Socket second = lab.leg(call, "leg2", "");
        second.send(frames(300, 3));
        lab.awaitHeard(call, 302);
    }

    /** "Control commands as JSON since 22.8 (`transport_data=f(json)`)". */
    @Test
    void aLegMadeForJsonSpeaksIt() {
        AriTestClient.Socket json = lab.leg(call, "json", "f(json)");
        json.send("{\"command\":\"MARK_MEDIA\",\"correlation_id\":\"m\"}");
        json.send("{\"command\":\"GET_STATUS\"}");
        json.send("GET_STATUS");

        await().until(() -> json.texts.size() == 4);
        List<JsonObject> told = json.texts.stream().map(JsonObject::new).toList();
        assertThat(told.getFirst().getString("event")).isEqualTo("MEDIA_START");
        assertThat(told)
                .anySatisfy(one -> assertThat(one)
                        .isEqualTo(new JsonObject()
                                .put("event", "MEDIA_MARK_PROCESSED")
                                .put("channel_id", "json")
                                .put("correlation_id", "m")));
        assertThat(told).anySatisfy(one -> {
            assertThat(one.getString("event")).isEqualTo("STATUS");
            assertThat(one.getInteger("queue_length")).isZero();
        });
        assertThat(told).anySatisfy(one -> assertThat(one.getString("event")).isEqualTo("ERROR"));
    }

    /** "A playback (and a leg's queue) runs on during hold with nothing sent", where the phone says "inactive". */
    @Test
    void theQueueRunsOnDuringHold() {
        leg.send(frames(100, 100));
        lab.awaitHeard(call, 110);
        call.holdSilently();
        Lab.pass(call, 20);
        call.unhold();

        lab.awaitHeard(call, 199);
        assertThat(Lab.heard(call).length).isBetween(50, 90);
    }

    private List<String> statuses() {
        return leg.texts.stream().filter(text -> text.startsWith("STATUS ")).toList();
    }

    private List<Integer> heardByLeg() {
        return leg.binaries.stream()
                .map(bytes -> Steps.number(Pcm.fromBytes(bytes), 0))
                .toList();
    }

    private static byte[] frames(int first, int count) {
        return Pcm.toBytes(Steps.staircase(first, count));
    }
}
