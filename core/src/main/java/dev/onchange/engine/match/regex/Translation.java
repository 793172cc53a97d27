package dev.onchange.engine.match.regex;

import org.jspecify.annotations.Nullable;

/**
 * What became of a pattern.
 *
 * @param pattern the Java pattern of the same meaning
 * @param node the same as the server's engine tries it
 * @param literal what finds it without either, if it is a plain text
 * @param why why there is no such pattern; empty if there is
 */
record Translation(
        String pattern, PatternNode node, @Nullable Finder literal, String why) {}
