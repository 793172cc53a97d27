/** Change listeners as part of a Guice injector: bindings with {@code @OnChange} are found, called and stopped. */
@NullMarked
package dev.onchange.guice;

import org.jspecify.annotations.NullMarked;
