/** What users need to test their handlers: a real local replica set. */
@NullMarked
package dev.onchange.testing;

import org.jspecify.annotations.NullMarked;
