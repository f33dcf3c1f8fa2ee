package dev.parley.ari;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.ari.AriEventReader.Reading;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AriEventReaderTest {
    @Test
    void aStasisStartIsReadWithItsChannel() {
        String json = """
                {"type":"StasisStart","application":"parley","args":["a","b"],"later":{"x":1},
                 "channel":{"id":"17.1","name":"PJSIP/a-1","state":"Ring","caller":{"name":"Ann","number":"555"},
                  "dialplan":{"exten":"100","app_name":"Stasis","app_data":"parley,a,b"},"language":"ru"}}
                """;
        assertThat(AriEventReader.read(json))
                .isInstanceOfSatisfying(
                        Reading.Known.class,
                        known -> assertThat(known.event()).isInstanceOfSatisfying(AriEvent.StasisStart.class, start -> {
                            assertThat(start.arguments()).isEqualTo(List.of("a", "b"));
                            assertThat(start.channel().id()).isEqualTo("17.1");
                            assertThat(start.channel().callerNumber()).isEqualTo("555");
                            assertThat(start.channel().extension()).isEqualTo("100");
                            assertThat(start.channel().language()).isEqualTo("ru");
                            assertThat(start.channel().isIn("parley")).isTrue();
                            assertThat(start.channel().isIn("parl")).isFalse();
                        }));
    }

    @Test
    void aDigitIsReadWithItsDuration() {
        assertThat(
                        AriEventReader.read(
                                "{\"type\":\"ChannelDtmfReceived\",\"digit\":\"#\",\"duration_ms\":90,\"channel\":{\"id\":\"1\"}}"))
                .isInstanceOfSatisfying(
                        Reading.Known.class,
                        known -> assertThat(known.event()).isInstanceOfSatisfying(AriEvent.DtmfReceived.class, dtmf -> {
                            assertThat(dtmf.digit()).isEqualTo("#");
                            assertThat(dtmf.duration()).isEqualTo(Duration.ofMillis(90));
                        }));
    }

    @Test
    void aTypeThatNobodyActsOnIsSkipped() {
        assertThat(AriEventReader.read("{\"type\":\"ChannelVarset\"}")).isEqualTo(new Reading.Skipped("ChannelVarset"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "nonsense",
                "[]",
                "17",
                "{}",
                "{\"type\":17",
                "{\"type\":\"StasisStart\"}",
                "{\"type\":\"PlaybackStarted\",\"playback\":{}}",
                "{\"type\":\"StasisEnd\",\"channel\":\"x\"}"
            })
    void whatIsNoEventIsMalformedAndNoException(String message) {
        assertThat(AriEventReader.read(message)).isInstanceOf(Reading.Malformed.class);
    }

    @Test
    void mediaStartIsParsed() {
        assertThat(MediaStart.parse(
                        "MEDIA_START connection_id:c1 channel:WebSocket/x format:slin optimal_frame_size:320 ptime:20"))
                .contains(new MediaStart("c1", "WebSocket/x", "slin", 320, 20));
        assertThat(MediaStart.parse("MEDIA_XOFF")).isEmpty();
    }

    @Test
    void theAddressIsThatOfTheHttpServerWithOrWithoutAri() {
        for (String url :
                List.of("http://pbx:8088", "http://pbx:8088/", "http://pbx:8088/ari", "http://pbx:8088/ari/")) {
            AriServer server = new AriServer(URI.create(url), "u", "secret", "app");
            assertThat(server.path("/channels")).isEqualTo("/ari/channels");
            assertThat(server.mediaPath("c 1")).isEqualTo("/media/c%201");
            assertThat(server.toString()).doesNotContain("secret");
        }
    }
}
