/**
 * Reads the index that the annotation processor writes beside the classes: which classes have handlers, and which it
 * has seen to have none.
 */
@NullMarked
package dev.onchange.engine.scan.index;

import org.jspecify.annotations.NullMarked;
