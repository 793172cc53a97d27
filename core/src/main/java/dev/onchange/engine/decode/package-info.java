/** Turns a raw change into a {@link dev.onchange.ChangeEvent}, lazily and at most once per payload type. */
@NullMarked
package dev.onchange.engine.decode;

import org.jspecify.annotations.NullMarked;
