package dev.parley.testkit.asterisk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.parley.audio.Frames;
import dev.parley.audio.Sound;
import dev.parley.audio.WavFile;
import dev.parley.testkit.line.LineRecording;
import java.net.http.WebSocketHandshakeException;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CompletionException;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/** A simulated Asterisk with a client, and what most tests begin with. */
final class Lab implements AutoCloseable {
    static {
        // A machine that builds many things at once takes its time to start the first server.
        Awaitility.setDefaultTimeout(Duration.ofSeconds(40));
    }

    final SimulatedAsterisk asterisk = SimulatedAsterisk.start(0, "parley");
    final AriTestClient ari = new AriTestClient(asterisk);
    final AriTestClient.Socket events = ari.events();
    private int files;

    Lab() {
        await().until(asterisk::isAppConnected);
    }

    /** A call that has been answered. */
    SimulatedCall call() {
        SimulatedCall call = asterisk.dial("+15551234", "100", "en");
        assertThat(ari.post(channel(call) + "/answer").status()).isEqualTo(204);
        return call;
    }

    static String channel(SimulatedCall call) {
        return "/channels/" + call.channelId();
    }

    AriTestClient.Reply leg(String id, String format) {
        return ari.post("/channels/externalMedia?app=parley&channelId=" + id + "&external_host=INCOMING"
                + "&transport=websocket&encapsulation=none&connection_type=server&format=" + format);
    }

    static String connectionId(AriTestClient.Reply leg) {
        return leg.json().getJsonObject("channelvars").getString("MEDIA_WEBSOCKET_CONNECTION_ID");
    }

    /** Taps a call as the gateway does; the names end with {@code suffix}. */
    AriTestClient.Socket tap(SimulatedCall call, String suffix, String format) {
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
    AriTestClient.Socket leg(SimulatedCall call, String id, String transportData) {
        AriTestClient.Reply made = leg(id, "slin&transport_data=" + transportData);
        AriTestClient.Socket media = ari.media(connectionId(made));
        ari.post("/bridges?type=mixing&bridgeId=bridge-" + id);
        join("bridge-" + id, call.channelId() + "," + id);
        return media;
    }

    void join(String bridge, String channels) {
        assertThat(ari.post("/bridges/" + bridge + "/addChannel?channel=" + channels)
                        .status())
                .isEqualTo(204);
    }

    /** The URI of a sound of so many frames; frame {@code i} of it holds nothing but {@code first + i}. */
    String media(int first, int frames) {
        return "sound:" + ari.serve("/" + files++ + ".wav", "audio/wav", null, wav(first, frames));
    }

    static byte[] wav(int first, int frames) {
        return WavFile.bytes(new Sound(8_000, staircase(first, frames)));
    }

    static short[] staircase(int first, int frames) {
        short[] samples = new short[frames * Frames.SAMPLES];
        for (int i = 0; i < samples.length; i++) {
            samples[i] = (short) (first + i / Frames.SAMPLES);
        }
        return samples;
    }

    /** What a line holds of staircases: one number a frame, -1 where no packet was sent. */
    static int[] steps(LineRecording line) {
        int[] steps = new int[line.frames()];
        for (int i = 0; i < steps.length; i++) {
            steps[i] = line.present(i) ? line.samples()[i * Frames.SAMPLES] : -1;
        }
        return steps;
    }

    /** The frames that were sent to the caller, one number each, without the holes. */
    static int[] heard(SimulatedCall call) {
        return Arrays.stream(steps(call.received())).filter(step -> step >= 0).toArray();
    }

    void awaitHeard(SimulatedCall call, int step) {
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
    static void pass(SimulatedCall call, int frames) {
        try {
            assertThat(call.awaitFrames(call.frames() + frames)).isTrue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        ari.close();
        asterisk.close();
    }
}
