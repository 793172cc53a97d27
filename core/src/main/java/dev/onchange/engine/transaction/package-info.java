/** Lets what a handler writes commit in one transaction with the mark that its change is settled. */
@NullMarked
package dev.onchange.engine.transaction;

import org.jspecify.annotations.NullMarked;
