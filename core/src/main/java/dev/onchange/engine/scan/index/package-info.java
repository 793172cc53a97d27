/** What the annotation processor left beside the classes: which of them have handlers, and which it has seen to have none. */
@NullMarked
package dev.onchange.engine.scan.index;

import org.jspecify.annotations.NullMarked;
