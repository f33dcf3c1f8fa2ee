package dev.parley.speech;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/**
 * The folder with the speech models. Every file is checked against its known sha256 when it is first asked for, once in
 * a process: a damaged model would not fail, it would mishear.
 *
 * <p>Safe from any thread.
 */
public final class ModelStore {
    private static final Map<String, String> CHECKSUMS = readChecksums();

    private final Path folder;
    private final Set<Path> checked = ConcurrentHashMap.newKeySet();

    /** The models in this folder; it is not looked at yet. */
    public ModelStore(Path folder) {
        this.folder = folder;
    }

    /** The folder itself. */
    public Path folder() {
        return folder;
    }

    /**
     * A model file that is there and whole.
     *
     * @throws ModelProblem when it is missing or damaged
     */
    public Path file(ModelFile model) {
        return checked(folder.resolve(model.path()), checksum(model), "./parley models");
    }

    /**
     * A file that is there and has this checksum.
     *
     * @param cure the command that brings the file
     * @throws ModelProblem when it is missing or differs
     */
    Path checked(Path file, String expected, String cure) {
        if (checked.contains(file)) {
            return file;
        }
        if (!Files.isRegularFile(file)) {
            throw new ModelProblem("the model file %s is missing. Fetch it with: %s".formatted(file, cure));
        }
        String found = sha256(file);
        if (!found.equals(expected)) {
            throw new ModelProblem(("the model file %s is damaged: its sha256 is %s, expected %s (%d bytes are there)."
                            + " Fetch it again with: %s")
                    .formatted(file, found, expected, size(file), cure));
        }
        checked.add(file);
        return file;
    }

    static String checksum(ModelFile model) {
        return Objects.requireNonNull(CHECKSUMS.get(model.path()), model.path());
    }

    private static String sha256(Path file) {
        try (InputStream in = new DigestInputStream(Files.newInputStream(file), MessageDigest.getInstance("SHA-256"))) {
            in.transferTo(OutputStream.nullOutputStream());
            return HexFormat.of()
                    .formatHex(((DigestInputStream) in).getMessageDigest().digest());
        } catch (IOException e) {
            throw new ModelProblem("the model file %s cannot be read: %s".formatted(file, e));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    private static long size(Path file) {
        try {
            return Files.size(file);
        } catch (IOException e) {
            return -1;
        }
    }

    /** The manifest's seventh column is the place in the folder, its eighth the checksum. */
    private static Map<String, String> readChecksums() {
        InputStream manifest = Objects.requireNonNull(ModelStore.class.getResourceAsStream("models.tsv"), "models.tsv");
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(manifest, StandardCharsets.UTF_8))) {
            return lines.lines()
                    .filter(line -> !line.startsWith("#"))
                    .map(line -> line.split("\t", -1))
                    .collect(Collectors.toUnmodifiableMap(columns -> columns[6], columns -> columns[7]));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
