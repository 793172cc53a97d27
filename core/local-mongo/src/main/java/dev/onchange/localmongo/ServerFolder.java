package dev.onchange.localmongo;

import dev.onchange.localmongo.LocalMongoException.Reason;
import dev.onchange.localmongo.binary.Folders;
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
 * The folder of one replica set, and a file that this process holds locked as long as it lives: the operating
 * system lets go of the lock however the process ends, so others see what was left behind.
 */
final class ServerFolder implements AutoCloseable {

    static final String PREFIX = "onchange-mongo-";
    static final String LOCK_SUFFIX = ".lock";

    private static final String OWNER = "owner";

    private static final Logger LOG = LoggerFactory.getLogger(ServerFolder.class);

    private final Path path;
    private final Path lockPath;
    private final FileLock lock;
    private final boolean kept;

    private ServerFolder(Path path, Path lockPath, FileLock lock, boolean kept) {
        this.path = path;
        this.lockPath = lockPath;
        this.lock = lock;
        this.kept = kept;
    }

    /** One that goes with the server. */
    static ServerFolder temporary(Path parent) {
        try {
            Path lockPath = Files.createTempFile(parent, namePrefix(), LOCK_SUFFIX);
            FileLock lock = FileChannel.open(lockPath, StandardOpenOption.WRITE).lock();
            return new ServerFolder(Files.createDirectory(folderOf(lockPath)), lockPath, lock, false);
        } catch (IOException failure) {
            throw new UncheckedIOException("no folder for a server can be made in " + parent, failure);
        }
    }

    /**
     * One that stays, with what an earlier server left in it.
     *
     * @throws LocalMongoException if another server uses it now
     */
    static ServerFolder kept(Path folder) {
        try {
            Path path = Files.createDirectories(folder).toRealPath();
            Path lockPath = path.resolve("in-use" + LOCK_SUFFIX);
            Path ownerPath = path.resolve(OWNER);
            if (Files.exists(ownerPath) && Files.readString(ownerPath).equals(owner())) {
                throw inUse(folder);
            }
            FileChannel file = FileChannel.open(lockPath, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            FileLock lock = file.tryLock();
            if (lock == null) {
                file.close();
                throw inUse(folder);
            }
            Files.writeString(ownerPath, owner());
            return new ServerFolder(path, lockPath, lock, true);
        } catch (IOException failure) {
            throw new UncheckedIOException("no server can keep its data in " + folder, failure);
        }
    }

    /** Names this process: a lock of its own must not be tried, closing a channel of the file would give it up. */
    private static String owner() {
        ProcessHandle self = ProcessHandle.current();
        return self.pid() + " "
                + self.info().startInstant().map(Object::toString).orElse("");
    }

    private static LocalMongoException inUse(Path folder) {
        return new LocalMongoException(
                Reason.FAILED,
                "LocalMongo keepDataIn(" + folder + ")",
                "another server uses this folder now.",
                "Close the other one, or choose another folder.",
                null);
    }

    /** Begins the names of the temporary ones of this process. */
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

    /** Whether what is in it outlives the server. */
    boolean kept() {
        return kept;
    }

    /** Deletes it unless it stays; what cannot be deleted now is left to a later start. */
    @Override
    public void close() {
        try {
            if (kept) {
                Files.deleteIfExists(path.resolve(OWNER));
                lock.acquiredBy().close();
            } else {
                Folders.delete(path);
                lock.acquiredBy().close();
                Files.deleteIfExists(lockPath);
            }
        } catch (IOException busy) {
            LOG.debug("{} could not be deleted", path, busy);
        }
    }
}
