/** Leads each raw change to the handlers whose filter it satisfies, in order per document, within bounds. */
@NullMarked
package dev.onchange.route;

import org.jspecify.annotations.NullMarked;
