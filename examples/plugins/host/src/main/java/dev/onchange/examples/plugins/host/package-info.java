/** A shop whose handlers are plug-ins. */
@NullMarked
package dev.onchange.examples.plugins.host;

import org.jspecify.annotations.NullMarked;
