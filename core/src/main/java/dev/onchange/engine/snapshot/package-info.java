/**
 * Reads the documents that exist before their changes are delivered: chunk by chunk while the stream goes on, and cut so
 * that each document is followed by exactly the changes that came after it.
 */
@NullMarked
package dev.onchange.engine.snapshot;

import org.jspecify.annotations.NullMarked;
