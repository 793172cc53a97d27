package dev.onchange.testing.mongod;

import dev.onchange.testing.ServerOrigin;
import java.io.IOException;

/** A download by the library flapdoodle, which knows the packages of macOS, Windows and the Linux kinds. */
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
