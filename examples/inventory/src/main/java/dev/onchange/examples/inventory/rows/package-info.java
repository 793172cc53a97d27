/** What the framework promises, row by row, each shown with real writes. */
@NullMarked
package dev.onchange.examples.inventory.rows;

import org.jspecify.annotations.NullMarked;
