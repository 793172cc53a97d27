package dev.onchange.scan;

import dev.onchange.problem.Problem;
import java.util.List;
import java.util.stream.Stream;

/**
 * What a search for handlers found.
 *
 * @param handlers those that are sound so far
 * @param problems what is wrong with the others
 */
public record Scanned(List<HandlerSpec> handlers, List<Problem> problems) {

    public Scanned {
        handlers = List.copyOf(handlers);
        problems = List.copyOf(problems);
    }

    /** Both together, this first. */
    public Scanned and(Scanned other) {
        return new Scanned(
                Stream.concat(handlers.stream(), other.handlers.stream()).toList(),
                Stream.concat(problems.stream(), other.problems.stream()).toList());
    }
}
