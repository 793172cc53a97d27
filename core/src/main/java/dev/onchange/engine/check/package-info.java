/**
 * Takes a plan and asks the server, before any stream is opened, whether it can serve it; then {@code engine.stream}
 * opens the streams.
 */
@NullMarked
package dev.onchange.engine.check;

import org.jspecify.annotations.NullMarked;
