package dev.onchange.localmongo.binary;

import java.util.List;

/**
 * A file of the Python package index.
 *
 * @param project its name
 * @param version its version
 * @param sha256 of the file; another file is refused
 * @param options what makes {@code pip} choose the file whatever Python runs it
 */
record Wheel(String project, String version, String sha256, List<String> options) {

    Wheel {
        options = List.copyOf(options);
    }
}
