/** Leads each raw change to the handlers whose filter it satisfies, in order per document, within bounds. */
@NullMarked
package dev.onchange.engine.dispatch;

import org.jspecify.annotations.NullMarked;
