/**
 * Clock, random numbers and scheduler, which come in from outside, and the one formula of back-off. Ground of all other
 * packages of the engine, of which it imports none.
 */
@NullMarked
package dev.onchange.engine.timing;

import org.jspecify.annotations.NullMarked;
