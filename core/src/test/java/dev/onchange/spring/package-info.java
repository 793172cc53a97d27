/** Real application contexts that listen to a real server. */
@NullMarked
package dev.onchange.spring;

import org.jspecify.annotations.NullMarked;
