package dev.parley.player.web;

import dev.parley.schemas.SoundPath;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Makes and reads the addresses of sounds: {@code /media/<sound>-<cut|held>-<expiry>-<signature>.wav}, signed with HMAC-SHA256.
 *
 * <p>A sound is named by what is said, so whoever holds the sound and knows the secret can serve the address: the instance that made it,
 * the same after a restart, or another one that said the same words. The expiry is rounded up to a grid, so that a phrase that is
 * repeated keeps its address for a while, and Asterisk need not fetch it again.
 *
 * <p>{@code held} marks what an interruption may pause but not cut short, see {@link SoundPath}.
 */
public final class MediaAddress {
    private static final Duration GRID = Duration.ofMinutes(5);
    private static final Pattern FORM = SoundPath.FORM;

    private final SecretKeySpec secret;

    /** What an address that holds says. */
    public record Named(String sound, Instant expires) {}

    /** Why an address is not served. */
    public enum Refusal {
        UNKNOWN,
        FORGED,
        EXPIRED
    }

    /** @param secret the same for all players that serve each other's addresses */
    public MediaAddress(String secret) {
        this.secret = new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256");
    }

    /** With a secret that nobody else knows. */
    public static MediaAddress ofThisProcess() {
        byte[] secret = new byte[32];
        new SecureRandom().nextBytes(secret);
        return new MediaAddress(HexFormat.of().formatHex(secret));
    }

    /** The path of a sound, valid for 5 to 10 minutes from now. */
    public String path(String sound, boolean interruptible, Instant now) {
        long grid = GRID.toSeconds();
        long expires = (now.getEpochSecond() / grid + 2) * grid;
        String signed = sound + "-" + (interruptible ? SoundPath.CUT : SoundPath.HELD) + "-" + expires;
        return "/media/" + signed + "-" + signature(signed) + ".wav";
    }

    /** Whether a path names a sound that may be served now; the refusal where not. */
    public Optional<Refusal> refusal(String path, Instant now) {
        Matcher form = FORM.matcher(path);
        if (!form.matches()) {
            return Optional.of(Refusal.UNKNOWN);
        }
        String signed = form.group(1) + "-" + form.group(2) + "-" + form.group(3);
        if (!MessageDigest.isEqual(ascii(signature(signed)), ascii(form.group(4)))) {
            return Optional.of(Refusal.FORGED);
        }
        return now.getEpochSecond() > Long.parseLong(form.group(3)) ? Optional.of(Refusal.EXPIRED) : Optional.empty();
    }

    /** What a path names; to be asked after {@link #refusal}. */
    public Named named(String path) {
        Matcher form = FORM.matcher(path);
        if (!form.matches()) {
            throw new IllegalArgumentException("not the path of a sound");
        }
        return new Named(form.group(1), Instant.ofEpochSecond(Long.parseLong(form.group(3))));
    }

    private String signature(String signed) {
        try {
            Mac mac = Mac.getInstance(secret.getAlgorithm());
            mac.init(secret);
            return HexFormat.of().formatHex(mac.doFinal(ascii(signed))).substring(0, 32);
        } catch (GeneralSecurityException e) {
            throw new AssertionError("every Java has HmacSHA256", e);
        }
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
