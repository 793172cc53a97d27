package dev.onchange.localmongo;

import dev.onchange.localmongo.binary.Folders;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;

/** Files that only their owner may read, from their first byte on; on Windows, the folder around them decides. */
final class OwnerOnly {

    private OwnerOnly() {}

    /** A file in the place of one that is there perhaps. */
    static Path file(Path file, String content) throws IOException {
        Files.deleteIfExists(file);
        return Files.writeString(Files.createFile(file, permissions(file, "rw-------")), content);
    }

    /** An empty folder in the place of one that is there perhaps. */
    static Path folder(Path folder) throws IOException {
        Folders.delete(folder);
        return Files.createDirectory(folder, permissions(folder, "rwx------"));
    }

    private static FileAttribute<?>[] permissions(Path file, String text) {
        return file.getFileSystem().supportedFileAttributeViews().contains("posix")
                ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(text))}
                : new FileAttribute<?>[0];
    }
}
