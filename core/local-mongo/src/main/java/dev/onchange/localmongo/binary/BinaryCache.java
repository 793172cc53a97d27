package dev.onchange.localmongo.binary;

import dev.onchange.localmongo.ServerOrigin;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;

/**
 * Downloaded {@code mongod}s, one folder each, shared by all processes of a user.
 *
 * <p>A folder appears under its name only when it is complete, by an atomic move; a file lock keeps
 * processes that start at the same time from downloading twice.
 */
final class BinaryCache {

    private static final String SEAL = "sha256";

    /** What the executable said of itself when it was put there: each start would ask all of them again. */
    private static final String VERSION = "version";

    private static final String UNFINISHED = ".unfinished-";

    /** A file lock is held by the whole process, so its threads need one of their own. */
    private static final ReentrantLock THREADS = new ReentrantLock();

    private final Path folder;
    private final Machine machine;
    private final BinaryCheck check;

    BinaryCache(Machine machine, BinaryCheck check) {
        this.folder = machine.cacheFolder().resolve("mongod");
        this.machine = machine;
        this.check = check;
    }

    Path folder() {
        return folder;
    }

    /** The oldest one that does: what a start is given does not change when another needs a newer one. */
    Optional<MongodBinary> oldest(Version atLeast) {
        if (!Files.isDirectory(folder)) {
            return Optional.empty();
        }
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.filter(entry -> !entry.getFileName().toString().startsWith("."))
                    .flatMap(entry -> sealed(entry, ServerOrigin.CACHE).stream())
                    .filter(binary -> binary.version().compareTo(atLeast) >= 0)
                    .min(Comparator.comparing(MongodBinary::version));
        } catch (IOException unreadable) {
            return Optional.empty();
        }
    }

    /**
     * The one of this name, downloaded first if it is not there.
     *
     * @param name of the folder
     * @param origin of what is downloaded
     * @throws IOException if the download fails or what came does not run
     */
    MongodBinary obtain(String name, ServerOrigin origin, Download download) throws IOException {
        Files.createDirectories(folder);
        THREADS.lock();
        try (FileChannel file =
                        FileChannel.open(folder.resolve(".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                FileLock lock = file.lock()) {
            Path entry = folder.resolve(name);
            Optional<MongodBinary> present = lock.isValid() ? sealed(entry, ServerOrigin.CACHE) : Optional.empty();
            return present.isPresent() ? present.get() : fill(entry, origin, download);
        } finally {
            THREADS.unlock();
        }
    }

    private MongodBinary fill(Path entry, ServerOrigin origin, Download download) throws IOException {
        Path unfinished = Files.createTempDirectory(folder, UNFINISHED);
        try {
            Path executable = unfinished.resolve(machine.executable("mongod"));
            download.into(executable);
            Version version = check.versionOf(executable);
            Files.writeString(unfinished.resolve(VERSION), version.toString());
            Files.writeString(unfinished.resolve(SEAL), Seal.of(executable).toString());
            Folders.delete(entry);
            move(unfinished, entry);
        } finally {
            Folders.delete(unfinished);
        }
        return sealed(entry, origin).orElseThrow(() -> new IOException(entry + " was changed while it was filled"));
    }

    private static void move(Path from, Path to) throws IOException {
        try {
            Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
        } catch (AtomicMoveNotSupportedException plain) {
            Files.move(from, to);
        }
    }

    private Optional<MongodBinary> sealed(Path entry, ServerOrigin origin) {
        Path executable = entry.resolve(machine.executable("mongod"));
        Path seal = entry.resolve(SEAL);
        try {
            return Files.isRegularFile(seal)
                            && Seal.parse(Files.readString(seal)).holds(executable)
                    ? Optional.of(new MongodBinary(executable, version(entry, executable), origin))
                    : Optional.empty();
        } catch (IOException | IllegalArgumentException damaged) {
            return Optional.empty();
        }
    }

    private Version version(Path entry, Path executable) throws IOException {
        Path known = entry.resolve(VERSION);
        return Files.isRegularFile(known) ? Version.parse(Files.readString(known)) : check.versionOf(executable);
    }

    /** Brings a {@code mongod}, and what it needs beside it. */
    interface Download {
        /**
         * Puts the file there, executable.
         *
         * @param executable in a folder of its own
         */
        void into(Path executable) throws IOException;
    }
}
