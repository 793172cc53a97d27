package dev.onchange.engine.match.regex;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Finds a pattern in time that grows with the length of the text: by Java's engine, which is quick and comes back as often as the
 * server's, where that cannot be often; else by {@linkplain PatternNode#tries following} the server's engine.
 */
final class PatternFinder implements Finder {

    /** Seen on 6.0.5, whose engine is built with this number: after it the engine gives up, and the text does not match. */
    private static final int SERVER_STEPS = 200_000;
    /** Java's engine may take so many, all places of the text together. */
    private static final double JAVA_STEPS = 100_000;
    /** Or so many at each place of the text. */
    private static final double JAVA_STEPS_PER_PLACE = 200;
    /** The memory to follow the engine in longer texts would be felt. */
    private static final int LONGEST = 1 << 20;

    private final @Nullable Pattern java;
    private final PatternNode node;
    private final boolean anchored;

    /** @param java finds the same; null if there is no such pattern */
    PatternFinder(@Nullable Pattern java, PatternNode node) {
        this.java = java;
        this.node = node;
        this.anchored = node instanceof PatternNode.Sequence sequence && sequence.isAnchored();
    }

    /** Whether Java's engine is quick however long the text is. */
    static boolean isAlwaysQuick(PatternNode node) {
        return steps(node, Integer.MAX_VALUE) <= JAVA_STEPS_PER_PLACE;
    }

    /** What Java's engine takes at one place, at most. */
    private static double steps(PatternNode node, int length) {
        if (node instanceof PatternNode.Sequence sequence && sequence.last() instanceof Repeat repeat) {
            // The last part does not fail once it has matched, so that nothing comes back to it.
            double ways = sequence.ways(length) / repeat.ways(length);
            return node.size() * ways * (1 + repeat.quantifier().least());
        }
        return node.size() * node.ways(length);
    }

    @Override
    public Finding find(byte[] bytes, int from, int to) {
        String text = Utf8.decode(bytes, from, to);
        if (text == null) {
            return Finding.NOT_FOUND;
        }
        if (java != null && isQuick(text.length())) {
            return java.matcher(text).find() ? Finding.FOUND : Finding.NOT_FOUND;
        }
        return text.length() > LONGEST ? Finding.FOUND_OR_GIVEN_UP : follow(new Subject(text));
    }

    private boolean isQuick(int length) {
        double steps = steps(node, length);
        double places = anchored ? 1 : length + 1;
        return steps <= JAVA_STEPS_PER_PLACE || steps * places <= JAVA_STEPS;
    }

    private Finding follow(Subject text) {
        Tries tries = node.tries(text, Tries.matched(text.length()));
        boolean mayGiveUp = false;
        boolean givesUp = false;
        for (int at = 0; at <= text.length(); at++) {
            givesUp |= tries.low[at] >= SERVER_STEPS;
            mayGiveUp |= tries.high[at] >= SERVER_STEPS;
            if (tries.found[at]) {
                return givesUp ? Finding.GIVEN_UP : mayGiveUp ? Finding.FOUND_OR_GIVEN_UP : Finding.FOUND;
            }
        }
        return mayGiveUp ? Finding.NOT_FOUND_OR_GIVEN_UP : Finding.NOT_FOUND;
    }
}
