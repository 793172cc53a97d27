/** What the host and its plug-ins share. */
@NullMarked
package dev.onchange.examples.plugins.api;

import org.jspecify.annotations.NullMarked;
