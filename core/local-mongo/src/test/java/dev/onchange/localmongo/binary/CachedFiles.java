package dev.onchange.localmongo.binary;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.concurrent.atomic.AtomicInteger;

/** Stands for the network only: brings the real executable, and counts how often. */
final class CachedFiles implements BinaryCache.Download {

    private final MongodBinary binary;
    private final AtomicInteger downloads = new AtomicInteger();

    private CachedFiles(MongodBinary binary) {
        this.binary = binary;
    }

    static CachedFiles of(MongodBinary binary) {
        return new CachedFiles(binary);
    }

    int downloads() {
        return downloads.get();
    }

    @Override
    public void into(Path executable) throws IOException {
        downloads.incrementAndGet();
        Files.copy(binary.executable(), executable, StandardCopyOption.COPY_ATTRIBUTES);
        Path libraries = MongodLibraries.beside(binary.executable());
        if (Files.isDirectory(libraries)) {
            Files.createSymbolicLink(MongodLibraries.beside(executable), libraries);
        }
    }
}
