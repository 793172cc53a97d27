/** Who follows changes: the driver by hand, Spring Data, Debezium, and this project. */
@NullMarked
package dev.onchange.examples.benchmarks.contender;

import org.jspecify.annotations.NullMarked;
