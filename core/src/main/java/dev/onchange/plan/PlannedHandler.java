package dev.onchange.plan;

import dev.onchange.match.Match;
import dev.onchange.scan.HandlerSpec;
import org.jspecify.annotations.Nullable;

/**
 * A handler in its stream.
 *
 * @param spec what was declared
 * @param match what is still to be tested in process for each event of the right operation and namespace; null if
 *     nothing is, because there is no filter or the server has answered it
 */
public record PlannedHandler(HandlerSpec spec, @Nullable Match match) {}
