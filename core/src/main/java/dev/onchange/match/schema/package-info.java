/** {@code $jsonSchema}: what the server accepts as a schema. */
@NullMarked
package dev.onchange.match.schema;

import org.jspecify.annotations.NullMarked;
