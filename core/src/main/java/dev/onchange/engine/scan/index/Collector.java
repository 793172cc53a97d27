package dev.onchange.engine.scan.index;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Makes a listing of the names of files, as they are found. */
final class Collector {

    private static final String VERSIONS = "META-INF/versions/";

    /**
     * How much later than the list of its types a class may be written by the same run of the compiler. One that is
     * newer still was compiled by a run that wrote no list: the list may no longer be true of it.
     */
    private static final long LONGEST_COMPILATION_SECONDS = 60;

    private final Packages packages;

    /** Each with the time at which it was last changed. */
    private final Map<String, Long> classes = new HashMap<>();

    private final Set<String> handlers = new HashSet<>();
    /** As the newest list has it. */
    private final Map<String, ListedType> types = new HashMap<>();

    Collector(Packages packages) {
        this.packages = packages;
    }

    /**
     * A file, by its name in the root; true if it is a list of types that is to be read.
     *
     * @param seconds when it was last changed, from any beginning
     */
    boolean add(String file, long seconds) {
        if (file.endsWith(".class")) {
            String name = className(file);
            if (packages.contain(name) && !name.endsWith("-info")) {
                Long other = classes.put(name, seconds);
                if (other != null && other > seconds) {
                    classes.put(name, other);
                }
            }
        } else if (file.startsWith(IndexFiles.HANDLERS)) {
            addHandler(file.substring(IndexFiles.HANDLERS.length()));
        }
        return file.startsWith(IndexFiles.TYPES) && file.length() > IndexFiles.TYPES.length();
    }

    /** A list of types, and when it was last changed. */
    void addTypes(String list, long seconds) {
        int begin = 0;
        while (begin < list.length()) {
            int end = list.indexOf('\n', begin);
            end = end < 0 ? list.length() : end;
            addType(list.substring(begin, end).strip(), seconds);
            begin = end + 1;
        }
    }

    private void addType(String line, long seconds) {
        int space = line.indexOf(' ');
        String name = space < 0 ? line : line.substring(0, space);
        ListedType known = types.get(name);
        if (packages.contain(name) && (known == null || known.seconds() <= seconds)) {
            List<String> parents =
                    space < 0 ? List.of() : List.of(line.substring(space + 1).split(" ", -1));
            types.put(name, new ListedType(parents, seconds));
        }
    }

    /** @param isFinished whether nothing was compiled into it since it was put together */
    Listing finish(Path root, List<Path> further, boolean isFinished) {
        return new Listing(
                root, classes.keySet(), handlers, types, further, classes.isEmpty() || isFinished && knowsAll());
    }

    private boolean knowsAll() {
        for (Map.Entry<String, Long> each : classes.entrySet()) {
            if (!knows(each.getKey(), each.getValue())) {
                return false;
            }
        }
        return true;
    }

    private boolean knows(String name, long seconds) {
        if (handlers.contains(name)) {
            return true;
        }
        if (name.endsWith(IndexFiles.CALLS_SUFFIX)) {
            return knows(name.substring(0, name.length() - IndexFiles.CALLS_SUFFIX.length()), seconds);
        }
        // What is declared within a type has been seen with it.
        for (int end = name.length(); end > 0; end = name.lastIndexOf('$', end - 1)) {
            ListedType listed = types.get(name.substring(0, end));
            if (listed != null) {
                return seconds - listed.seconds() <= LONGEST_COMPILATION_SECONDS;
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
