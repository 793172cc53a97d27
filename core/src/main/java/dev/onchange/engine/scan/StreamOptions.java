package dev.onchange.engine.scan;

import com.mongodb.client.model.Collation;
import org.jspecify.annotations.Nullable;

/**
 * What a handler asks of the command that opens its stream.
 *
 * @param comment what the server's logs and profiler are to show too; empty for nothing
 * @param collation how the server compares strings; null for byte by byte
 */
public record StreamOptions(String comment, @Nullable Collation collation) {

    /** What is so where nothing is said. */
    public static final StreamOptions DEFAULT = new StreamOptions("", null);
}
