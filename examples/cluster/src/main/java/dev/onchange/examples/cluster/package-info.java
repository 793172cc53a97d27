/** Three processes that share their handlers, some of which are killed and frozen under load. */
@NullMarked
package dev.onchange.examples.cluster;

import org.jspecify.annotations.NullMarked;
