/**
 * {@code $jsonSchema}: refuses the schemas that the server refuses, so that they are errors of the compiler or of the
 * start and end no shared stream; which events satisfy a schema only the server tells.
 */
@NullMarked
package dev.onchange.engine.match.schema;

import org.jspecify.annotations.NullMarked;
