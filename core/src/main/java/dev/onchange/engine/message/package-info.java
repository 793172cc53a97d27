/**
 * The catalogue of texts of the annotation processor and of the start, and how failures are described. Ground of all
 * other packages of the engine.
 */
@NullMarked
package dev.onchange.engine.message;

import org.jspecify.annotations.NullMarked;
