package dev.parley.gateway;

import dev.parley.ari.AriServer;
import dev.parley.gateway.domain.InactivityRules;
import dev.parley.runtime.config.AsteriskUrls;
import dev.parley.runtime.config.BadSettings;
import dev.parley.runtime.config.PlaybackTarget;
import dev.parley.runtime.config.Setting;
import dev.parley.runtime.config.Settings;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * What the gateway runs with.
 *
 * @param server the Asterisk, and who asks it
 * @param rules that apply to every call
 * @param frameBuffer FRAME_BUFFER_SECONDS
 * @param drain DRAIN_SECONDS
 */
public record GatewayConfig(AriServer server, CallRules rules, Duration frameBuffer, Duration drain) {
    private static final Duration GOODBYE = Duration.ofSeconds(5);

    private static URI url(Settings settings, String name) {
        Map<String, URI> several = AsteriskUrls.of(settings);
        if (several.isEmpty()) {
            return URI.create(settings.text(Setting.ASTERISK_URL));
        }
        URI url = several.get(name);
        if (url == null) {
            throw new BadSettings(
                    List.of("ASTERISK_URLS has no Asterisk of the name '" + name + "', which ASTERISK_NAME says"));
        }
        return url;
    }

    /** @throws BadSettings naming what is missing or cannot be */
    public static GatewayConfig from(Settings settings) {
        settings.require(Setting.ASTERISK_URL, Setting.ASTERISK_NAME, Setting.ARI_USERNAME, Setting.ARI_PASSWORD);
        String name = settings.text(Setting.ASTERISK_NAME);
        if (name.contains("~")) {
            throw new BadSettings(List.of("ASTERISK_NAME='" + name + "' must not hold '~'"));
        }
        AriServer server;
        try {
            server = new AriServer(
                    url(settings, name),
                    settings.text(Setting.ARI_USERNAME),
                    settings.text(Setting.ARI_PASSWORD),
                    settings.text(Setting.ARI_APPLICATION));
        } catch (IllegalArgumentException e) {
            throw new BadSettings(List.of("ASTERISK_URL: " + e.getMessage()));
        }
        return new GatewayConfig(
                server,
                new CallRules(
                        name,
                        settings.text(Setting.BOT_LANGUAGE),
                        new InactivityRules(
                                settings.seconds(Setting.CALL_INACTIVITY_TIMEOUT),
                                settings.seconds(Setting.CHANNEL_MONITOR_INTERVAL),
                                GOODBYE,
                                settings.seconds(Setting.MAX_UTTERANCE_SECONDS)),
                        settings.seconds(Setting.MAX_CALL_SECONDS),
                        new DialRules(
                                settings.text(Setting.EXTENSION_ENDPOINT), settings.seconds(Setting.RING_SECONDS)),
                        settings.integer(Setting.MAX_CALLS),
                        new FallbackRules(
                                settings.seconds(Setting.FALLBACK_AFTER),
                                settings.text(Setting.FALLBACK_SOUND),
                                settings.optional(Setting.FALLBACK_EXTENSION),
                                !settings.text(Setting.GREETING).isBlank()),
                        settings.text(Setting.PLAYBACK).equals("stream"),
                        settings.flag(Setting.BOT_LEVEL_TAP),
                        PlaybackTarget.of(settings)),
                settings.seconds(Setting.FRAME_BUFFER_SECONDS),
                settings.seconds(Setting.DRAIN_SECONDS));
    }
}
