/** Raw BSON as the server sees it: reading, order, equality and hashing of values without decoding them. */
@NullMarked
package dev.onchange.engine.match.bson;

import org.jspecify.annotations.NullMarked;
