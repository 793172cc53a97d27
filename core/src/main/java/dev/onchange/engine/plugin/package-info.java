/** Loads plug-ins, each with a class loader of its own, follows their folder, and calls their handlers in their loader. */
@NullMarked
package dev.onchange.engine.plugin;

import org.jspecify.annotations.NullMarked;
