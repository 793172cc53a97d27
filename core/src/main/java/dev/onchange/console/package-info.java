/**
 * A console beside the listeners: pages and an API in JSON that show how they fare, and by which operators act. A request
 * comes through a door to the {@link dev.onchange.console.Console}, which decides who may do what and answers it.
 */
@NullMarked
package dev.onchange.console;

import org.jspecify.annotations.NullMarked;
