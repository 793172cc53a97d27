/** What users see of running listeners: the state of each stream and handler, and the events of their lives. */
@NullMarked
package dev.onchange.status;

import org.jspecify.annotations.NullMarked;
