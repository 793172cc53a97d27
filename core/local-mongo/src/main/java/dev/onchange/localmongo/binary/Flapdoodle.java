package dev.onchange.localmongo.binary;

import de.flapdoodle.embed.mongo.distribution.Version.Main;
import de.flapdoodle.embed.mongo.transitions.ImmutableMongod;
import de.flapdoodle.embed.mongo.transitions.Mongod;
import de.flapdoodle.embed.process.archives.ExtractedFileSet;
import de.flapdoodle.embed.process.config.DownloadConfig;
import de.flapdoodle.embed.process.config.TimeoutConfig;
import de.flapdoodle.embed.process.io.directories.PersistentDir;
import de.flapdoodle.embed.process.io.progress.ProgressListener;
import de.flapdoodle.embed.process.io.progress.Slf4jProgressListener;
import de.flapdoodle.embed.process.transitions.DownloadPackage;
import de.flapdoodle.reverse.StateID;
import de.flapdoodle.reverse.TransitionWalker.ReachedState;
import de.flapdoodle.reverse.transitions.Start;
import dev.onchange.localmongo.ServerOrigin;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The only class that touches flapdoodle: loaded when it was seen to be there. */
final class Flapdoodle {

    private static final Logger LOG = LoggerFactory.getLogger(Flapdoodle.class);

    /** Without a way out the library would wait ten seconds. */
    private static final int CONNECT_MILLIS = 2_000;

    private static final int READ_MILLIS = 20_000;

    /** The long-lived release first; 8.0 for systems that the former has no package for. */
    private static final List<Main> RELEASES = List.of(Main.V7_0, Main.V8_0);

    private Flapdoodle() {}

    static MongodBinary obtain(BinaryCache cache, ServerOrigin origin, Version atLeast) throws IOException {
        List<String> failures = new ArrayList<>();
        for (Main release : RELEASES) {
            if (Version.parse(release.asInDownloadPath()).compareTo(atLeast) < 0) {
                continue;
            }
            try {
                return cache.obtain(
                        release.asInDownloadPath() + "-flapdoodle",
                        origin,
                        executable -> download(release, executable));
            } catch (IOException failure) {
                failures.add(release.asInDownloadPath() + ": " + failure.getMessage());
                if (failure instanceof Unreachable) {
                    break;
                }
            }
        }
        throw new IOException(failures.isEmpty() ? "it has none as new" : String.join("; ", failures));
    }

    private static void download(Main release, Path executable) throws IOException {
        Path store = Files.createTempDirectory(executable.getParent(), "flapdoodle-");
        ImmutableMongod mongod = Mongod.instance()
                .withPersistentBaseDir(Start.to(PersistentDir.class).initializedWith(PersistentDir.of(store)))
                .withProgressListener(Start.to(ProgressListener.class).initializedWith(new Slf4jProgressListener(LOG)))
                .withDownloadPackage(DownloadPackage.withDefaults()
                        .withDownloadConfig(DownloadConfig.defaults()
                                .withTimeoutConfig(TimeoutConfig.defaults()
                                        .withConnectionTimeout(CONNECT_MILLIS)
                                        .withReadTimeout(READ_MILLIS))));
        try (ReachedState<ExtractedFileSet> extracted =
                mongod.transitions(release).walker().initState(StateID.of(ExtractedFileSet.class))) {
            Files.copy(extracted.current().executable(), executable, StandardCopyOption.COPY_ATTRIBUTES);
        } catch (RuntimeException failure) {
            throw explained(failure);
        } finally {
            Folders.delete(store);
        }
    }

    private static IOException explained(RuntimeException failure) {
        Throwable cause = failure;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        String message = cause.getClass().getSimpleName() + " " + cause.getMessage();
        return cause instanceof IOException ? new Unreachable(message, failure) : new IOException(message, failure);
    }

    /** Another release would not be reached either. */
    private static final class Unreachable extends IOException {

        private static final long serialVersionUID = 1L;

        Unreachable(String message, Throwable cause) {
            super(message, cause);
        }
    }
}
