/**
 * Takes raw changes of {@code engine.stream} or {@code engine.lookup} and turns each into a {@link
 * dev.onchange.ChangeEvent}, lazily and at most once per payload type, for {@code engine.dispatch}.
 */
@NullMarked
package dev.onchange.engine.decode;

import org.jspecify.annotations.NullMarked;
