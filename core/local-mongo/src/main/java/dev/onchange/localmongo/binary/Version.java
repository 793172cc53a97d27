package dev.onchange.localmongo.binary;

import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The version of a server, for example {@code 6.0.27}; compares by its numbers. */
public record Version(int major, int minor, int patch) implements Comparable<Version> {

    /** Not newer than any. */
    public static final Version ANY = new Version(0, 0, 0);

    /** The first in which all of this project works: it brought {@code showExpandedEvents}. */
    static final Version COMPLETE = new Version(6, 0, 0);

    private static final Pattern NUMBERS = Pattern.compile("(\\d+)\\.(\\d+)(?:\\.(\\d+))?.*");

    /**
     * Reads one.
     *
     * @param text two or three numbers with dots between them; what follows them is ignored
     * @throws IllegalArgumentException if it does not begin so
     */
    public static Version parse(String text) {
        Matcher numbers = NUMBERS.matcher(text.strip());
        if (!numbers.matches()) {
            throw new IllegalArgumentException("'" + text + "' is not a server version; write it like 6.0.9.");
        }
        int[] parts = Arrays.stream(new String[] {numbers.group(1), numbers.group(2), numbers.group(3)})
                .mapToInt(part -> part == null ? 0 : Integer.parseInt(part))
                .toArray();
        return new Version(parts[0], parts[1], parts[2]);
    }

    @Override
    public int compareTo(Version other) {
        return Arrays.compare(new int[] {major, minor, patch}, new int[] {other.major, other.minor, other.patch});
    }

    @Override
    public String toString() {
        return major + "." + minor + "." + patch;
    }
}
