/** {@code $jsonSchema}: what the server accepts as a schema. */
@NullMarked
package dev.onchange.engine.match.schema;

import org.jspecify.annotations.NullMarked;
