package dev.parley.player;

import dev.parley.ari.AriServer;
import dev.parley.runtime.config.AsteriskUrls;
import dev.parley.runtime.config.PlaybackTarget;
import dev.parley.runtime.config.Setting;
import dev.parley.runtime.config.Settings;
import java.net.URI;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What the player is told.
 *
 * @param asterisk where ARI is
 * @param asterisks where there are several: by the name that their calls bear
 * @param stream PLAYBACK: whether the gateway streams the sound, or else Asterisk is told to play it
 * @param target what Asterisk is told to play to
 * @param mediaPort port of the media server; 0: any
 * @param mediaBaseUrl where Asterisk reaches it, without a slash at the end; empty: by the address that this machine has towards Asterisk
 * @param mediaSecret signs the addresses of sounds; empty: made anew at each start
 * @param drain how long an ending process waits for what plays
 */
public record PlayerConfig(
        AriServer asterisk,
        Map<String, AriServer> asterisks,
        boolean stream,
        PlaybackTarget target,
        int mediaPort,
        Optional<String> mediaBaseUrl,
        Optional<String> mediaSecret,
        Duration drain) {

    /** With one Asterisk, whatever the name that its calls bear. */
    public PlayerConfig(
            AriServer asterisk,
            boolean stream,
            PlaybackTarget target,
            int mediaPort,
            Optional<String> mediaBaseUrl,
            Optional<String> mediaSecret,
            Duration drain) {
        this(asterisk, Map.of(), stream, target, mediaPort, mediaBaseUrl, mediaSecret, drain);
    }

    /** Reads the settings. */
    public static PlayerConfig from(Settings settings) {
        settings.require(Setting.ARI_PASSWORD);
        Map<String, AriServer> several = new LinkedHashMap<>();
        AsteriskUrls.of(settings).forEach((name, url) -> several.put(name, server(settings, url)));
        return new PlayerConfig(
                several.isEmpty()
                        ? server(settings, URI.create(settings.text(Setting.ASTERISK_URL)))
                        : several.values().iterator().next(),
                several,
                settings.text(Setting.PLAYBACK).equals("stream"),
                PlaybackTarget.of(settings),
                settings.integer(Setting.MEDIA_PORT),
                settings.optional(Setting.MEDIA_BASE_URL)
                        .map(base -> base.endsWith("/") ? base.substring(0, base.length() - 1) : base),
                settings.optional(Setting.MEDIA_SECRET),
                settings.seconds(Setting.DRAIN_SECONDS));
    }

    private static AriServer server(Settings settings, URI url) {
        return new AriServer(
                url,
                settings.text(Setting.ARI_USERNAME),
                settings.text(Setting.ARI_PASSWORD),
                settings.text(Setting.ARI_APPLICATION));
    }

    /** Never the secret. */
    @Override
    public String toString() {
        return "PlayerConfig[" + asterisk + ", media " + mediaBaseUrl.orElse("at its own address") + ", port "
                + mediaPort + "]";
    }
}
