/** The CDI container of Quarkus, which is generated when a program is built. */
@NullMarked
package dev.onchange.cdi.arc;

import org.jspecify.annotations.NullMarked;
