/** Real CDI containers that listen to a real server. */
@NullMarked
package dev.onchange.cdi;

import org.jspecify.annotations.NullMarked;
