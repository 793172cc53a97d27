/**
 * Values as they stand in BSON, read without decoding: their elements, order, equality and hash as the server has them,
 * and the keys of documents made of them. Ground of all other packages of the engine, of which it imports none.
 */
@NullMarked
package dev.onchange.engine.bson;

import org.jspecify.annotations.NullMarked;
