package dev.parley.speech;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Piper unpacks 19 MB into a new temporary folder whenever it starts, and leaves them there. The folder of this process
 * is marked with a file that is locked as long as the process lives; folders whose mark nobody locks any more are
 * deleted by the next process that starts Piper.
 */
final class PiperFolder {
    private static final String PREFIX = "piper-jni-native";
    private static final String MARK = "parley.lock";

    /** The marks of this process. Kept, because a channel that nobody knows is closed by the garbage collector. */
    private static final Set<FileChannel> HELD = ConcurrentHashMap.newKeySet();

    private PiperFolder() {}

    /** What starts Piper. */
    interface Start<T> {
        T start() throws IOException;
    }

    /** Deletes what dead processes left, starts Piper, and marks the folder that this made. */
    static <T> T around(Start<T> piper) throws IOException {
        return around(Path.of(System.getProperty("java.io.tmpdir")), piper);
    }

    static <T> T around(Path temporary, Start<T> piper) throws IOException {
        Set<Path> before = folders(temporary);
        before.forEach(PiperFolder::deleteIfLeftBehind);
        T started = piper.start();
        Set<Path> made = new HashSet<>(folders(temporary));
        made.removeAll(before);
        for (Path folder : made) {
            mark(folder);
        }
        return started;
    }

    private static Set<Path> folders(Path temporary) throws IOException {
        try (Stream<Path> entries = Files.list(temporary)) {
            return entries.filter(
                            entry -> entry.getFileName().toString().startsWith(PREFIX) && Files.isDirectory(entry))
                    .collect(Collectors.toUnmodifiableSet());
        }
    }

    /** The lock is held, and its channel open, until the process ends. */
    private static void mark(Path folder) throws IOException {
        FileChannel channel = FileChannel.open(
                folder.resolve(MARK), StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.READ);
        if (lock(channel) != null) {
            HELD.add(channel);
        } else {
            channel.close(); // another process took it for its own in this very moment, and cleans it up
        }
    }

    private static void deleteIfLeftBehind(Path folder) {
        Path mark = folder.resolve(MARK);
        if (!Files.exists(mark)) {
            return; // not ours, or just being made
        }
        try (FileChannel channel = FileChannel.open(mark, StandardOpenOption.WRITE)) {
            if (lock(channel) != null) {
                Folders.delete(folder);
            }
        } catch (IOException e) {
            // Another user's, or gone meanwhile.
        }
    }

    private static @Nullable FileLock lock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException e) {
            return null; // this very process lives in it
        }
    }
}
