package dev.onchange.localmongo;

import dev.onchange.localmongo.binary.Folders;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Servers of processes that were killed before they, or the {@link ExitGuard} of the server, could stop them.
 */
final class LeftBehind {

    private static final Logger LOG = LoggerFactory.getLogger(LeftBehind.class);

    /** A younger file may be one that its owner has yet to lock. */
    private static final Duration GRACE = Duration.ofMinutes(1);

    private final Path temporary;
    private final Clock clock;

    LeftBehind(Path temporary, Clock clock) {
        this.temporary = temporary;
        this.clock = clock;
    }

    /** Kills and deletes them; what belongs to other users or cannot be read is passed over. */
    void clear() {
        try (Stream<Path> files = Files.list(temporary)) {
            List<Path> locks = files.filter(this::isForeignLock).toList();
            locks.forEach(this::clear);
        } catch (IOException unreadable) {
            LOG.debug("{} cannot be searched", temporary, unreadable);
        }
    }

    /** Locks of this process are left alone: closing any channel of a file gives up its lock. */
    private boolean isForeignLock(Path file) {
        String name = file.getFileName().toString();
        return name.startsWith(ServerFolder.PREFIX)
                && name.endsWith(ServerFolder.LOCK_SUFFIX)
                && !name.startsWith(ServerFolder.namePrefix());
    }

    private void clear(Path lockPath) {
        try {
            Instant modified = Files.getLastModifiedTime(lockPath).toInstant();
            if (modified.isAfter(clock.instant().minus(GRACE))) {
                return;
            }
            try (FileChannel channel = FileChannel.open(lockPath, StandardOpenOption.WRITE);
                    FileLock lock = channel.tryLock()) {
                if (lock == null) {
                    return;
                }
                Path folder = ServerFolder.folderOf(lockPath);
                Orphans.endIn(folder, false);
                Folders.delete(folder);
                Files.deleteIfExists(lockPath);
                LOG.info("deleted {}, left behind by a process that was killed", folder);
            }
        } catch (IOException notOurs) {
            LOG.debug("{} cannot be cleared", lockPath, notOurs);
        }
    }
}
