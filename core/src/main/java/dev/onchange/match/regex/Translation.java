package dev.onchange.match.regex;

import org.jspecify.annotations.Nullable;

/**
 * What became of a pattern.
 *
 * @param pattern the Java pattern of the same meaning
 * @param literal what finds it without a Java pattern, if it is a plain text
 * @param why why there is no such pattern; empty if there is
 */
record Translation(String pattern, @Nullable Finder literal, String why) {}
