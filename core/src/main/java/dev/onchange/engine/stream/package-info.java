/** Opens, resumes and reopens one change stream, and knows how far it has been read. */
@NullMarked
package dev.onchange.engine.stream;

import org.jspecify.annotations.NullMarked;
