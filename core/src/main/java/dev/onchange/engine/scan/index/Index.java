package dev.onchange.engine.scan.index;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * The index of some packages. A jar or folder of which it covers every class has no other handlers; all other jars and
 * folders are to be scanned.
 */
public final class Index {

    private final List<Listing> listings;
    private final boolean whole;

    private Index(List<Listing> listings, boolean whole) {
        this.listings = listings;
        this.whole = whole;
    }

    /** Of all that a class loader and its parents load. */
    public static Index of(ClassLoader loader, Packages packages) {
        ClassPath classPath = ClassPath.of(loader);
        return of(classPath.paths(), classPath.whole(), packages);
    }

    /** Of one jar or folder. */
    public static Index of(Path root, Packages packages) {
        return of(List.of(root.toAbsolutePath().normalize()), true, packages);
    }

    private static Index of(List<Path> roots, boolean whole, Packages packages) {
        Listings lister = new Listings(packages);
        List<Listing> listings = new ArrayList<>();
        Set<Path> known = new HashSet<>(roots);
        Collection<Path> open = new LinkedHashSet<>(roots);
        while (!open.isEmpty()) {
            List<Path> named = new ArrayList<>();
            for (Listing listing : lister.all(open)) {
                listings.add(listing);
                named.addAll(listing.further());
            }
            named.removeIf(path -> !known.add(path));
            open = named;
        }
        return new Index(listings, whole);
    }

    /** Whether every class is accounted for, so that there is nothing to scan. */
    public boolean isWhole() {
        for (Listing listing : listings) {
            if (!listing.isAccountedFor()) {
                return false;
            }
        }
        return whole;
    }

    /** Jars and folders that need not be scanned. */
    public Set<Path> accountedFor() {
        Set<Path> roots = new HashSet<>();
        listings.stream().filter(Listing::isAccountedFor).map(Listing::root).forEach(roots::add);
        return roots;
    }

    /** The classes with handlers. */
    public Set<String> handlerClasses() {
        Set<String> classes = new TreeSet<>();
        for (Listing listing : listings) {
            classes.addAll(listing.present());
        }
        return classes;
    }

    /**
     * The other types of the jars and folders that need not be scanned, each with the types outside the JDK that it
     * inherits from.
     */
    public Map<String, List<String>> otherTypes() {
        Map<String, List<String>> types = new HashMap<>();
        for (Listing listing : listings) {
            if (listing.isAccountedFor()) {
                listing.types().forEach((name, type) -> {
                    if (listing.classes().contains(name) && !listing.handlers().contains(name)) {
                        types.put(name, type.parents());
                    }
                });
            }
        }
        return types;
    }

    /** The jars and folders that name classes with handlers that are not there, and these. */
    public Map<Path, Collection<String>> gone() {
        Map<Path, Collection<String>> gone = new HashMap<>();
        for (Listing listing : listings) {
            Set<String> missing = new TreeSet<>(listing.handlers());
            missing.removeAll(listing.classes());
            if (!missing.isEmpty()) {
                gone.put(listing.root(), missing);
            }
        }
        return gone;
    }

    /** The jar or folder of a class, and whether it has an index; empty if it is not known. */
    public Optional<Place> placeOf(String className) {
        return listings.stream()
                .filter(listing -> listing.classes().contains(className))
                .findFirst()
                .map(listing -> new Place(listing.root(), listing.hasIndex()));
    }

    /**
     * Where a class is.
     *
     * @param root a jar or folder
     * @param hasIndex whether the processor has written an index there
     */
    public record Place(Path root, boolean hasIndex) {}
}
