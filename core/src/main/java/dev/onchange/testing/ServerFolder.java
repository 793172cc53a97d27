package dev.onchange.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The temporary folder of one replica set, and beside it a file that this process holds locked as long as it
 * lives: the operating system lets go of the lock however the process ends, so others see what was left behind.
 */
final class ServerFolder implements AutoCloseable {

    static final String PREFIX = "onchange-mongo-";
    static final String LOCK_SUFFIX = ".lock";

    private static final Logger LOG = LoggerFactory.getLogger(ServerFolder.class);

    private final Path path;
    private final Path lockPath;
    private final FileChannel lockFile;

    private ServerFolder(Path path, Path lockPath, FileChannel lockFile) {
        this.path = path;
        this.lockPath = lockPath;
        this.lockFile = lockFile;
    }

    static ServerFolder create(Path temporary) {
        try {
            Path lockPath = Files.createTempFile(temporary, namePrefix(), LOCK_SUFFIX);
            FileChannel lockFile = FileChannel.open(lockPath, StandardOpenOption.WRITE);
            FileLock lock = lockFile.lock();
            Path path = folderOf(lockPath);
            Files.createDirectory(path);
            LOG.debug("{} is held by {}", path, lock);
            return new ServerFolder(path, lockPath, lockFile);
        } catch (IOException failure) {
            throw new UncheckedIOException("no folder for a server can be made in " + temporary, failure);
        }
    }

    /** Begins the names of what this process makes. */
    static String namePrefix() {
        return PREFIX + ProcessHandle.current().pid() + "-";
    }

    static Path folderOf(Path lockPath) {
        String name = lockPath.getFileName().toString();
        return lockPath.resolveSibling(name.substring(0, name.length() - LOCK_SUFFIX.length()));
    }

    Path path() {
        return path;
    }

    Path lockPath() {
        return lockPath;
    }

    /** Deletes all of it; what cannot be deleted now is left to the next start. */
    @Override
    public void close() {
        try {
            Folders.delete(path);
            lockFile.close();
            Files.deleteIfExists(lockPath);
        } catch (IOException busy) {
            LOG.debug("{} could not be deleted", path, busy);
        }
    }
}
