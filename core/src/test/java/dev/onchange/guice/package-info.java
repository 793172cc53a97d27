/** Real injectors that listen to a real server. */
@NullMarked
package dev.onchange.guice;

import org.jspecify.annotations.NullMarked;
