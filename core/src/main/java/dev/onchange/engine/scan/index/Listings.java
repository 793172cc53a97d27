package dev.onchange.engine.scan.index;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ForkJoinTask;
import java.util.concurrent.RecursiveAction;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.zip.ZipException;

/** Lists jars and folders by the names of their files, several at a time; no class file is opened. */
final class Listings {

    private final Packages packages;
    private final JarLister jars;
    private final FolderLister folders;

    Listings(Packages packages) {
        this.packages = packages;
        this.jars = new JarLister(packages);
        this.folders = new FolderLister(packages);
    }

    /** Listings of the jars and folders that exist, in their order. */
    List<Listing> all(Collection<Path> roots) {
        Work work = new Work(List.copyOf(roots));
        List<Share> shares = new ArrayList<>();
        int threads = Math.min(ForkJoinPool.getCommonPoolParallelism() + 1, roots.size());
        for (int i = 0; i < threads; i++) {
            shares.add(new Share(work));
        }
        ForkJoinTask.invokeAll(shares);
        return work.listings();
    }

    private Listing of(Path root) {
        try {
            return Files.isDirectory(root) ? folders.list(root) : jars.list(root);
        } catch (ZipException e) {
            // A class loader cannot read it either: it has no classes.
            return new Collector(packages).finish(root, List.of(), true);
        } catch (IOException e) {
            return Listing.unreadable(root);
        }
    }

    /**
     * The roots still to be listed and the listings made. A parallel stream would take as long to start as all of this
     * takes.
     */
    private final class Work {

        private final List<Path> roots;
        private final AtomicInteger next = new AtomicInteger();
        private final AtomicReferenceArray<Listing> done;

        private Work(List<Path> roots) {
            this.roots = roots;
            this.done = new AtomicReferenceArray<>(roots.size());
        }

        private void help() {
            for (int i = next.getAndIncrement(); i < roots.size(); i = next.getAndIncrement()) {
                if (Files.exists(roots.get(i))) {
                    done.set(i, of(roots.get(i)));
                }
            }
        }

        private List<Listing> listings() {
            List<Listing> listings = new ArrayList<>();
            for (int i = 0; i < roots.size(); i++) {
                Listing listing = done.get(i);
                if (listing != null) {
                    listings.add(listing);
                }
            }
            return listings;
        }
    }

    /** One thread's. */
    private static final class Share extends RecursiveAction {

        private static final long serialVersionUID = 1L;

        private final transient Work work;

        private Share(Work work) {
            this.work = work;
        }

        @Override
        protected void compute() {
            work.help();
        }
    }
}
