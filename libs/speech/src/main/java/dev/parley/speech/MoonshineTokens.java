package dev.parley.speech;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Moonshine's vocabulary. Its file holds, for each token, a length (one byte; two when it is 128 or more: the first less
 * 128, plus 128 times the second) and so many bytes of UTF-8; {@code ▁} stands for a space. A character outside the
 * vocabulary comes as its bytes, one token such as {@code <0xC3>} each.
 */
final class MoonshineTokens {
    private final List<byte[]> tokens;

    private MoonshineTokens(List<byte[]> tokens) {
        this.tokens = tokens;
    }

    static MoonshineTokens read(Path file) {
        try {
            return new MoonshineTokens(parse(Files.readAllBytes(file)));
        } catch (IOException e) {
            throw new ModelProblem("the model file %s cannot be read: %s".formatted(file, e));
        }
    }

    private static List<byte[]> parse(byte[] file) {
        List<byte[]> tokens = new ArrayList<>();
        int at = 0;
        while (at < file.length) {
            int length = file[at++] & 0xFF;
            if (length >= 128) {
                length = length - 128 + 128 * (file[at++] & 0xFF);
            }
            tokens.add(bytes(new String(file, at, length, StandardCharsets.UTF_8)));
            at += length;
        }
        return tokens;
    }

    private static byte[] bytes(String token) {
        if (token.matches("<0x[0-9A-Fa-f]{2}>")) {
            return new byte[] {(byte) Integer.parseInt(token.substring(3, 5), 16)};
        }
        boolean control = token.startsWith("<") && token.endsWith(">");
        return control ? new byte[0] : token.replace('▁', ' ').getBytes(StandardCharsets.UTF_8);
    }

    String text(List<Integer> ids) {
        var bytes = new java.io.ByteArrayOutputStream();
        for (int id : ids) {
            if (id >= 0 && id < tokens.size()) {
                bytes.writeBytes(tokens.get(id));
            }
        }
        return bytes.toString(StandardCharsets.UTF_8).strip();
    }
}
