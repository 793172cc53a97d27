package dev.onchange.localmongo.binary;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * What a complete file looked like, so that a damaged one is noticed.
 *
 * @param sha256 in hexadecimal
 * @param size in bytes
 * @param modified milliseconds since 1970; while it and the size are the same, the content is not read again
 */
record Seal(String sha256, long size, long modified) {

    static Seal of(Path file) throws IOException {
        return new Seal(
                sha256(file), Files.size(file), Files.getLastModifiedTime(file).toMillis());
    }

    /** @throws IllegalArgumentException if the text is not one that {@link #toString} made */
    static Seal parse(String text) {
        String[] parts = text.strip().split(" ", -1);
        if (parts.length != 3) {
            throw new IllegalArgumentException(text);
        }
        return new Seal(parts[0], Long.parseLong(parts[1]), Long.parseLong(parts[2]));
    }

    boolean holds(Path file) throws IOException {
        return Files.isRegularFile(file)
                && Files.size(file) == size
                && (Files.getLastModifiedTime(file).toMillis() == modified
                        || sha256(file).equals(sha256));
    }

    static String sha256(Path file) throws IOException {
        try (InputStream content = Files.newInputStream(file);
                DigestInputStream digested = new DigestInputStream(content, MessageDigest.getInstance("SHA-256"))) {
            digested.transferTo(OutputStream.nullOutputStream());
            return HexFormat.of().formatHex(digested.getMessageDigest().digest());
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java platform has SHA-256", impossible);
        }
    }

    @Override
    public String toString() {
        return sha256 + " " + size + " " + modified;
    }
}
