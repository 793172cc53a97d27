/** How a container supplies the objects whose methods are handlers. */
@NullMarked
package dev.onchange.inject;

import org.jspecify.annotations.NullMarked;
