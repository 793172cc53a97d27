/** What the classes that the annotation processor generates call; not for users. */
@NullMarked
package dev.onchange.generated;

import org.jspecify.annotations.NullMarked;
