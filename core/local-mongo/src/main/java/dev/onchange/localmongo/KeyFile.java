package dev.onchange.localmongo;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Base64;

/** By which the nodes of a set with users know each other. */
final class KeyFile {

    private static final int BYTES = 48;

    private KeyFile() {}

    /** Only the owner may read it, else the server refuses it; Windows has no such rule. */
    static Path in(Path folder) {
        Path file = folder.resolve("key");
        byte[] key = new byte[BYTES];
        new SecureRandom().nextBytes(key);
        try {
            return OwnerOnly.file(file, Base64.getEncoder().encodeToString(key));
        } catch (IOException failure) {
            throw new UncheckedIOException("no key file can be made in " + folder, failure);
        }
    }
}
