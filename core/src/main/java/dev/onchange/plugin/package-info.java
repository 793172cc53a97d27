/** Handlers that come and go while the listeners run, each plug-in a jar with a class loader of its own. */
@NullMarked
package dev.onchange.plugin;

import org.jspecify.annotations.NullMarked;
