package dev.onchange.scan.index;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What there is in one jar or folder.
 *
 * @param root the jar or folder
 * @param classes the names of the classes in the packages
 * @param handlers those of which the processor says that they have handlers, wherever they are
 * @param types those that the processor has seen, each with what it inherits from beyond the JDK
 * @param further jars and folders that belong to the class path because this one names them
 * @param finished whether nothing was compiled into it since it was put together
 */
record Listing(
        Path root,
        Set<String> classes,
        Set<String> handlers,
        Map<String, List<String>> types,
        List<Path> further,
        boolean finished) {

    private static final String VERSIONS = "META-INF/versions/";

    /** Whether the processor has been here. */
    boolean hasIndex() {
        return !handlers.isEmpty() || !types.isEmpty();
    }

    /** Whether of every class it is known if it has handlers. */
    boolean isAccountedFor() {
        return classes.isEmpty() || finished && classes.stream().allMatch(this::knows);
    }

    /** The classes that exist and have handlers. */
    Set<String> present() {
        Set<String> present = new HashSet<>(handlers);
        present.retainAll(classes);
        return present;
    }

    private boolean knows(String name) {
        if (handlers.contains(name) || types.containsKey(name)) {
            return true;
        }
        if (name.endsWith(IndexFiles.CALLS_SUFFIX)) {
            return knows(name.substring(0, name.length() - IndexFiles.CALLS_SUFFIX.length()));
        }
        // What is declared within a type has been seen with it.
        for (int dollar = name.lastIndexOf('$'); dollar > 0; dollar = name.lastIndexOf('$', dollar - 1)) {
            if (types.containsKey(name.substring(0, dollar))) {
                return true;
            }
        }
        return false;
    }

    /** Collects what is found. */
    static final class Collector {

        private final Packages packages;
        private final List<String> folders;
        private final Set<String> classes = new HashSet<>();
        private final Set<String> handlers = new HashSet<>();
        private final Map<String, List<String>> types = new HashMap<>();

        Collector(Packages packages) {
            this.packages = packages;
            this.folders = packages.names().stream()
                    .map(name -> name.replace('.', '/') + "/")
                    .toList();
        }

        /** A file, by its name in the root; true if it is a list of types that is to be read. */
        boolean add(String file) {
            if (file.endsWith(".class") && mayConcern(file)) {
                String name = className(file);
                if (packages.contain(name) && !name.endsWith("-info")) {
                    classes.add(name);
                }
            } else if (file.startsWith(IndexFiles.HANDLERS)) {
                addHandler(file.substring(IndexFiles.HANDLERS.length()));
            }
            return file.startsWith(IndexFiles.TYPES) && file.length() > IndexFiles.TYPES.length();
        }

        /** The lines of a list of types. */
        void addTypes(List<String> lines) {
            for (String line : lines) {
                String[] names = line.split(" ", -1);
                if (packages.contain(names[0])) {
                    types.put(names[0], List.of(names).subList(1, names.length));
                }
            }
        }

        Listing finish(Path root, List<Path> further, boolean finished) {
            return new Listing(root, classes, handlers, types, further, finished);
        }

        /** Most classes of a class path are in other packages: their names need not be built. */
        private boolean mayConcern(String file) {
            if (folders.isEmpty() || file.startsWith(VERSIONS)) {
                return true;
            }
            for (String folder : folders) {
                if (file.startsWith(folder)) {
                    return true;
                }
            }
            return false;
        }

        private void addHandler(String name) {
            if (packages.contain(name)) {
                handlers.add(name);
            }
        }

        private static String className(String file) {
            int from = 0;
            if (file.startsWith(VERSIONS)) {
                from = file.indexOf('/', VERSIONS.length()) + 1;
            }
            return file.substring(from, file.length() - ".class".length()).replace('/', '.');
        }
    }
}
