package dev.onchange.engine.scan.index;

import java.io.IOException;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** Lists the files of a folder. */
final class FolderLister {

    private final Packages packages;

    FolderLister(Packages packages) {
        this.packages = packages;
    }

    Listing list(Path root) throws IOException {
        Visitor visitor = new Visitor(root, new Collector(packages));
        for (Path folder : folders(root)) {
            if (Files.isDirectory(folder)) {
                Files.walkFileTree(folder, Set.of(FileVisitOption.FOLLOW_LINKS), Integer.MAX_VALUE, visitor);
            }
        }
        return visitor.finish();
    }

    private List<Path> folders(Path root) {
        if (packages.names().isEmpty()) {
            return List.of(root);
        }
        List<Path> folders = new ArrayList<>();
        for (String name : packages.names()) {
            folders.add(root.resolve(name.replace('.', '/')));
        }
        folders.add(root.resolve(IndexFiles.HANDLERS));
        folders.add(root.resolve(IndexFiles.TYPES));
        return folders;
    }

    /** Sees every file, and opens the lists of types. */
    private static final class Visitor extends SimpleFileVisitor<Path> {

        private final Path root;
        private final Collector collector;
        private final Set<FileTime> times = new HashSet<>();

        private Visitor(Path root, Collector collector) {
            this.root = root;
            this.collector = collector;
        }

        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
            FileTime time = attributes.lastModifiedTime();
            long seconds = time.to(TimeUnit.SECONDS);
            times.add(time);
            if (collector.add(root.relativize(file).toString().replace('\\', '/'), seconds)) {
                collector.addTypes(Files.readString(file), seconds);
            }
            return FileVisitResult.CONTINUE;
        }

        /**
         * A compiler without processors, as in an editor, may have written to the folder after the processor. Where all
         * files are of one time they were unpacked, as layers of images are.
         */
        private Listing finish() {
            return collector.finish(root, List.of(), times.size() <= 1);
        }
    }
}
