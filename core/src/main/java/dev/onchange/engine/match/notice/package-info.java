/** Finds what the server would take and the author of a handler can hardly have meant, for the processor and the start alike. */
@NullMarked
package dev.onchange.engine.match.notice;

import org.jspecify.annotations.NullMarked;
