package dev.parley.devstack.net;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.audio.Sound;
import dev.parley.gateway.GatewayService;
import dev.parley.player.PlayerConfig;
import dev.parley.player.PlayerMeter;
import dev.parley.player.PlayerService;
import dev.parley.records.PlaybackEvent;
import dev.parley.records.Reply;
import dev.parley.records.ReplyHeard;
import dev.parley.records.ReplyKind;
import dev.parley.records.ReplyType;
import dev.parley.schemas.PlaybackId;
import dev.parley.schemas.Topics;
import dev.parley.speech.SpeechSynthesiser;
import dev.parley.testkit.asterisk.SimulatedAsterisk;
import dev.parley.testkit.asterisk.SimulatedCall;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * An answer of two chunks for each of many calls: Asterisk was asked to play each chunk once, and each was heard to its end. A gateway stands beside the player, and
 * tells what Asterisk says of playbacks.
 */
final class PlayerUnderTraffic extends UnderTraffic {
    private static final int A_CALL_EVERY = 10;
    private static final int CHUNKS = 2;
    private static final int CHUNK_MILLIS = 300;
    private static final long UTTERANCE = 20;

    private final SimulatedAsterisk asterisk;
    private final List<SimulatedCall> calls = new CopyOnWriteArrayList<>();
    private final Set<SimulatedCall> answered = ConcurrentHashMap.newKeySet();
    private final Set<String> wanted = ConcurrentHashMap.newKeySet();
    private final List<PlaybackEvent> events = new CopyOnWriteArrayList<>();
    private final Map<String, List<ReplyHeard>> heard = new ConcurrentHashMap<>();

    private PlayerUnderTraffic(Map<String, String> broker, SimulatedAsterisk asterisk) {
        super(broker, settings(asterisk));
        this.asterisk = closing(asterisk);
        follow(
                Topics.REPLY_HEARD,
                record -> heard.computeIfAbsent(
                                record.value().getPlaybackId(), playback -> new CopyOnWriteArrayList<>())
                        .add(record.value()));
        follow(Topics.PLAYBACK_EVENTS, record -> events.add(record.value()));
        start(GatewayService::new);
        start(context -> new PlayerService(PlayerConfig.from(context.settings()), new Hum(), context));
    }

    static UnderTraffic start(Map<String, String> broker) {
        return new PlayerUnderTraffic(broker, SimulatedAsterisk.start(0, "sim", "parley"));
    }

    private static Map<String, String> settings(SimulatedAsterisk asterisk) {
        var settings = new HashMap<>(GatewayUnderTraffic.settings(asterisk));
        int port = BrokerContainer.freePort();
        settings.put("MEDIA_PORT", Integer.toString(port));
        settings.put("MEDIA_BASE_URL", "http://127.0.0.1:" + port);
        return settings;
    }

    @Override
    void feed(int n) {
        if (n % A_CALL_EVERY == 0 && asterisk.isAppConnected()) {
            calls.add(asterisk.dial("+15551234", "100", "en"));
        }
        calls.stream()
                .filter(call -> call.isAnswered() && answered.add(call))
                .forEach(call -> answer("sim~" + call.channelId()));
    }

    private void answer(String call) {
        for (int n = 0; n < CHUNKS; n++) {
            wanted.add(new PlaybackId(ReplyKind.ANSWER, call, UTTERANCE, 0, 0, 0, n).toString());
            publish(
                    Topics.REPLIES,
                    call,
                    reply(call, ReplyType.CHUNK)
                            .setN(n)
                            .setText("Part " + n + ".")
                            .setTurn(UTTERANCE + 2)
                            .build());
        }
        publish(
                Topics.REPLIES,
                call,
                reply(call, ReplyType.END).setCount(CHUNKS).build());
    }

    private static Reply.Builder reply(String call, ReplyType type) {
        return Reply.newBuilder()
                .setCallId(call)
                .setType(type)
                .setKind(ReplyKind.ANSWER)
                .setUtterance(UTTERANCE)
                .setIndex(0)
                .setRevision(0)
                .setBasedOn(UTTERANCE + 2)
                .setFrame(UTTERANCE + 2)
                .setAt(now());
    }

    @Override
    int done() {
        return heard.size();
    }

    @Override
    void assertAllDoneOnce() {
        assertThat(heard.keySet()).containsExactlyInAnyOrderElementsOf(wanted);
        assertThat(heard)
                .allSatisfy((playback, reports) -> assertThat(reports)
                        .as("%s, of which was told: %s", playback, told(playback))
                        .allMatch(ReplyHeard::getComplete));
        // Where a machine stalls, so that Asterisk answers nothing for 2 s, it is asked again: that is not the broker's
        // doing.
        assertThat(metrics.value(PlayerMeter.PLAY_REFUSED) == 0 ? asked() : Set.copyOf(asked()))
                .containsExactlyInAnyOrderElementsOf(wanted);
        assertThat(asterisk.livePlaybacks()).isEmpty();
    }

    private List<PlaybackEvent> told(String playback) {
        return events.stream()
                .filter(event -> event.getPlaybackId().equals(playback))
                .toList();
    }

    /** What Asterisk was asked to play, and took. */
    private List<String> asked() {
        return asterisk.requests().stream()
                .filter(request ->
                        request.method().equals("POST") && request.path().contains("/play/") && request.status() == 201)
                .map(request -> request.path().substring(request.path().lastIndexOf('/') + 1))
                .filter(playback ->
                        Optional.of(playback).flatMap(PlaybackId::parse).isPresent())
                .toList();
    }

    @Override
    public void close() throws Exception {
        calls.forEach(SimulatedCall::hangUp);
        super.close();
    }

    private static final class Hum implements SpeechSynthesiser {
        private static final int RATE = 16_000;

        @Override
        public String name() {
            return "hum";
        }

        @Override
        public Sound speak(String text) {
            var tone = new short[RATE / 1000 * CHUNK_MILLIS];
            for (int i = 0; i < tone.length; i++) {
                tone[i] = (short) (8000 * Math.sin(2 * Math.PI * 440 * i / RATE));
            }
            return new Sound(RATE, tone);
        }

        @Override
        public void close() {}
    }
}
