/** Times single parts of the journey by JMH. */
@NullMarked
package dev.onchange.examples.benchmarks.micro;

import org.jspecify.annotations.NullMarked;
