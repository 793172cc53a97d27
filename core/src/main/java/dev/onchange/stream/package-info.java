/** Opens, resumes and reopens one change stream, and knows how far it has been read. */
@NullMarked
package dev.onchange.stream;

import org.jspecify.annotations.NullMarked;
