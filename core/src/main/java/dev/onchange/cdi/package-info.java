/** Change listeners as part of a CDI container: beans with {@code @OnChange} are found, started and stopped. */
@NullMarked
package dev.onchange.cdi;

import org.jspecify.annotations.NullMarked;
