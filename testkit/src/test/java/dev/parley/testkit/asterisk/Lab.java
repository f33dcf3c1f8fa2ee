package dev.parley.testkit.asterisk;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.parley.audio.Sound;
import dev.parley.audio.WavFile;
import dev.parley.testkit.line.PhoneCall;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.http.WebSocketHandshakeException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/** An Asterisk, simulated or real, with a client, and what most tests begin with. */
class Lab implements AutoCloseable {
    static {
        // A machine that builds many things at once takes its time to start the first server.
        Awaitility.setDefaultTimeout(Duration.ofSeconds(40));
    }

    final AriTestClient ari;
    final AriTestClient.Socket events;
    private final Telephony telephony;
    private final Map<PhoneCall, String> channelIds = new ConcurrentHashMap<>();
    private int files;

    Lab(Telephony telephony) {
        this.telephony = telephony;
        this.ari = new AriTestClient(telephony.http(), telephony.credentials(), telephony.ownAddress());
        this.events = ari.events();
        await().until(telephony::isAppConnected);
    }

    /** A call that may or may not reach the application. */
    PhoneCall dial() {
        return telephony.dial();
    }

    String answeringEndpoint() {
        return telephony.answeringEndpoint();
    }

    String credentials() {
        return telephony.credentials();
    }

    /** Drops the events socket, and waits until Asterisk has noticed. */
    void cutEvents() {
        events.drop();
        await().until(() -> !telephony.isAppConnected());
    }

    /** Connects anew. */
    AriTestClient.Socket reconnect() {
        AriTestClient.Socket again = ari.events();
        await().until(telephony::isAppConnected);
        return again;
    }

    /** A call that has reached the application; nobody has answered it. */
    PhoneCall ring() {
        PhoneCall call = telephony.dial();
        await().until(() -> {
            starts().filter(channel -> telephony.isChannelOf(call, channel))
                    .findFirst()
                    .ifPresent(channel -> channelIds.put(call, channel.getString("id")));
            return channelIds.containsKey(call);
        });
        return call;
    }

    /** A call that has been answered. */
    PhoneCall call() {
        PhoneCall call = ring();
        assertThat(ari.post(channel(call) + "/answer").status()).isEqualTo(204);
        try {
            telephony.awaitAnswer(call);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        return call;
    }

    private Stream<JsonObject> starts() {
        return events.events("StasisStart").stream().map(event -> event.getJsonObject("channel"));
    }

    /** A call's channel, as ARI names it. */
    String id(PhoneCall call) {
        return requireNonNull(channelIds.get(call), "a call that was not made here");
    }

    String channel(PhoneCall call) {
        return "/channels/" + id(call);
    }

    /** The ids of all channels that live. */
    List<String> channels() {
        return ids(ari.get("/channels").array());
    }

    /** The ids of all bridges that live. */
    List<String> bridges() {
        return ids(ari.get("/bridges").array());
    }

    private static List<String> ids(JsonArray objects) {
        return objects.stream().map(one -> ((JsonObject) one).getString("id")).toList();
    }

    /** Starts a playback of one file on a call's channel. */
    AriTestClient.Reply play(PhoneCall call, String id, String media) {
        return ari.post(channel(call) + "/play/" + id, new JsonObject().put("media", new JsonArray().add(media)));
    }

    /** Sends a call to an extension at which it stays alive. */
    AriTestClient.Reply sendElsewhere(PhoneCall call) {
        return ari.post(channel(call) + "/continue?" + telephony.waitingExtension());
    }

    AriTestClient.Reply leg(String id, String format) {
        return ari.post("/channels/externalMedia?app=parley&channelId=" + id + "&external_host=INCOMING"
                + "&transport=websocket&encapsulation=none&connection_type=server&format=" + format);
    }

    static String connectionId(AriTestClient.Reply leg) {
        return leg.json().getJsonObject("channelvars").getString("MEDIA_WEBSOCKET_CONNECTION_ID");
    }

    /** Taps a call as the gateway does; the names end with {@code suffix}. */
    AriTestClient.Socket tap(PhoneCall call, String suffix, String format) {
        assertThat(ari.post(channel(call) + "/snoop/snoop" + suffix + "?spy=in&app=parley")
                        .status())
                .isEqualTo(200);
        AriTestClient.Socket media = ari.media(connectionId(leg("leg" + suffix, format)));
        assertThat(ari.post("/bridges?type=mixing&bridgeId=bridge" + suffix).status())
                .isEqualTo(200);
        join("bridge" + suffix, "snoop" + suffix + ",leg" + suffix);
        return media;
    }

    /** Puts a call into a bridge with a leg of this name, as the gateway does where it speaks through it. */
    AriTestClient.Socket leg(PhoneCall call, String id, String transportData) {
        AriTestClient.Reply made = leg(id, "slin&transport_data=" + transportData);
        AriTestClient.Socket media = ari.media(connectionId(made));
        ari.post("/bridges?type=mixing&bridgeId=bridge-" + id);
        join("bridge-" + id, id(call) + "," + id);
        return media;
    }

    /** A leg enters the application a moment after its socket is open; until then it is answered 422, and nothing is added. */
    void join(String bridge, String channels) {
        await().atMost(Duration.ofSeconds(5))
                .until(
                        () -> ari.post("/bridges/" + bridge + "/addChannel?channel=" + channels)
                                .status(),
                        status -> status == 204);
    }

    /** The URI of a sound of so many frames; frame {@code i} of it says {@code first + i}. */
    String media(int first, int frames) {
        return "sound:" + ari.serve("/" + files++ + ".wav", "audio/wav", null, wav(first, frames));
    }

    static byte[] wav(int first, int frames) {
        return WavFile.bytes(new Sound(8_000, Steps.staircase(first, frames)));
    }

    /** The frames that were sent to the caller, one number each, without the holes. */
    static int[] heard(PhoneCall call) {
        return Arrays.stream(Steps.of(call.received()))
                .filter(step -> step >= 0)
                .toArray();
    }

    void awaitHeard(PhoneCall call, int step) {
        await().until(() -> Arrays.stream(heard(call)).anyMatch(one -> one == step));
    }

    void awaitFinished(String playbackId) {
        await().until(() -> events.playbackStory().stream()
                .anyMatch(line -> line.startsWith("PlaybackFinished " + playbackId + " ")));
    }

    /** The status with which a websocket is refused; 101 where it is not. */
    int refusal(String path, @Nullable String subprotocol) {
        try {
            ari.connect(path, subprotocol).join().drop();
            return 101;
        } catch (CompletionException e) {
            return e.getCause() instanceof WebSocketHandshakeException refused
                    ? refused.getResponse().statusCode()
                    : -1;
        }
    }

    /** Lets so many frames pass. */
    static void pass(PhoneCall call, int frames) {
        try {
            assertThat(call.awaitFrames(call.frames() + frames)).isTrue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Ends whatever a test has left, since the next one may have the same Asterisk. */
    @Override
    public void close() {
        try {
            await().ignoreExceptions().until(() -> {
                channels().forEach(id -> ari.delete("/channels/" + id));
                bridges().forEach(id -> ari.delete("/bridges/" + id));
                return channels().isEmpty() && bridges().isEmpty();
            });
        } finally {
            ari.close();
            telephony.close();
        }
    }
}
