package dev.onchange.engine.scan.index;

import java.util.List;

/**
 * Packages to look into, and those below them.
 *
 * @param names empty for all
 */
public record Packages(List<String> names) {

    /** All packages. */
    public static final Packages ALL = new Packages(List.of());

    public Packages {
        names = List.copyOf(names);
    }

    boolean contain(String className) {
        if (names.isEmpty()) {
            return true;
        }
        for (String name : names) {
            if (className.length() > name.length()
                    && className.charAt(name.length()) == '.'
                    && className.startsWith(name)) {
                return true;
            }
        }
        return false;
    }
}
