package dev.onchange.localmongo.binary;

import dev.onchange.localmongo.ServerOrigin;
import java.io.IOException;

/**
 * A download by the library flapdoodle, which knows the packages of macOS, Windows and the Linux kinds. What is brought is
 * checked by HTTPS alone, from {@code fastdl.mongodb.org}: the library compares no hash (read in embed.process 4.18), and
 * none can be pinned here, as the package differs with the system. What has been cached is compared with the hash that it
 * had when it came.
 */
final class FlapdoodleDownload implements BinarySource {

    private static final String ENTRY_POINT = "de.flapdoodle.embed.mongo.transitions.Mongod";

    private final BinaryCache cache;

    FlapdoodleDownload(BinaryCache cache) {
        this.cache = cache;
    }

    @Override
    public ServerOrigin origin() {
        return ServerOrigin.FLAPDOODLE;
    }

    @Override
    public Outcome find(Version atLeast) {
        if (!present()) {
            return new Missing("de.flapdoodle.embed.mongo is not on the class path");
        }
        try {
            return new Found(Flapdoodle.obtain(cache, origin(), atLeast));
        } catch (IOException failure) {
            return new Missing(String.valueOf(failure.getMessage()));
        }
    }

    private static boolean present() {
        try {
            Class.forName(ENTRY_POINT, false, FlapdoodleDownload.class.getClassLoader());
            return true;
        } catch (ClassNotFoundException | LinkageError absent) {
            return false;
        }
    }
}
