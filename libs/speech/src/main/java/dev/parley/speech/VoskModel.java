package dev.parley.speech;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Enumeration;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * Vosk's small English model as Maven brings it: an Android library, of which one folder is unpacked beside it, once.
 *
 * <p>Two processes may do so at the same time: each unpacks for itself, and the first to finish wins.
 */
final class VoskModel {
    private static final String ARCHIVE = "vosk-model-en-0.3.45.aar";
    private static final String SHA256 = "8a5792fccaf873b4745dbd1b3fe19d8a77a15898e806674020eea820424771cd";
    private static final String INSIDE = "assets/model-en-us/";

    private final ModelStore models;

    VoskModel(ModelStore models) {
        this.models = models;
    }

    /** The unpacked model. */
    Path folder() {
        Path folder = models.folder().resolve("vosk-en");
        if (!Files.isDirectory(folder)) {
            Path archive = models.checked(
                    models.folder().resolve(ARCHIVE),
                    SHA256,
                    "mvn dependency:copy -Dartifact=com.alphacephei:vosk-model-en:0.3.45:aar -DoutputDirectory="
                            + models.folder());
            try {
                unpack(archive, folder);
            } catch (IOException e) {
                throw new ModelProblem("the model %s cannot be unpacked: %s".formatted(archive, e));
            }
        }
        return folder;
    }

    private static void unpack(Path archive, Path folder) throws IOException {
        Path half = Files.createTempDirectory(archive.getParent(), ".vosk-en-");
        try (ZipFile zip = new ZipFile(archive.toFile())) {
            for (Enumeration<? extends ZipEntry> entries = zip.entries(); entries.hasMoreElements(); ) {
                ZipEntry entry = entries.nextElement();
                if (entry.getName().startsWith(INSIDE) && !entry.isDirectory()) {
                    Path file = half.resolve(entry.getName().substring(INSIDE.length()))
                            .normalize();
                    if (!file.startsWith(half)) {
                        throw new IOException("the archive wants to write outside its folder: " + entry.getName());
                    }
                    Files.createDirectories(file.getParent());
                    try (InputStream in = zip.getInputStream(entry)) {
                        Files.copy(in, file);
                    }
                }
            }
        }
        try {
            Files.move(half, folder);
        } catch (IOException e) {
            Folders.delete(half);
            if (!Files.isDirectory(folder)) {
                throw e;
            }
        }
    }
}
