package dev.onchange.engine.scan.index;

import java.nio.charset.StandardCharsets;
import java.util.List;

/** The prefixes of the names of files in a jar that are needed; other names need not be built. */
final class Beginnings {

    private static final byte[] META_INF = bytes("META-INF/");
    private static final byte[] VERSIONS = bytes("META-INF/versions/");

    private final byte[][] folders;

    Beginnings(Packages packages) {
        List<String> names = packages.names();
        this.folders = new byte[names.size()][];
        for (int i = 0; i < folders.length; i++) {
            folders[i] = bytes(names.get(i).replace('.', '/') + "/");
        }
    }

    boolean fit(JarEntries entry) {
        if (folders.length == 0) {
            return true;
        }
        if (!entry.beginsWith(META_INF)) {
            return isInFolders(entry, 0);
        }
        return !entry.beginsWith(VERSIONS) || isInFolders(entry, entry.slash(VERSIONS.length) + 1);
    }

    private boolean isInFolders(JarEntries entry, int after) {
        for (byte[] folder : folders) {
            if (entry.continuesWith(folder, after)) {
                return true;
            }
        }
        return false;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
