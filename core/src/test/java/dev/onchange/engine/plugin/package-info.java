/** Plug-ins as real jars, compiled by the tests, in real listeners. */
@NullMarked
package dev.onchange.engine.plugin;

import org.jspecify.annotations.NullMarked;
