/** Asks the server, before anything is opened, whether it can serve the planned change streams. */
@NullMarked
package dev.onchange.engine.check;

import org.jspecify.annotations.NullMarked;
