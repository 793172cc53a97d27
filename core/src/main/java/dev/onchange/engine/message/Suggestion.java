package dev.onchange.engine.message;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;

/** Guesses what a misspelt word was meant to be. */
public final class Suggestion {

    private Suggestion() {}

    /**
     * {@code  Did you mean "update"?} with a leading space if one of the known words is near, else nothing.
     *
     * @param word as the user wrote it
     * @param known what would have been right
     */
    public static String of(String word, Collection<String> known) {
        return known.stream()
                .filter(candidate -> distance(word, candidate) <= tolerance(word))
                .min(Comparator.comparingInt(candidate -> distance(word, candidate)))
                .map(Suggestion::question)
                .orElse("");
    }

    /** The same for a word that is known to be right. */
    public static String question(String candidate) {
        return " Did you mean \"" + candidate + "\"?";
    }

    private static int tolerance(String word) {
        return Math.max(1, word.length() / 3);
    }

    /** How many letters must be added, removed, changed or swapped, case apart (optimal string alignment). */
    private static int distance(String word, String candidate) {
        String a = word.strip().toLowerCase(Locale.ROOT);
        String b = candidate.toLowerCase(Locale.ROOT);
        int[][] costs = new int[a.length() + 1][b.length() + 1];
        for (int i = 0; i <= a.length(); i++) {
            for (int j = 0; j <= b.length(); j++) {
                costs[i][j] = Math.min(i, j) == 0 ? Math.max(i, j) : cheapest(costs, a, b, i, j);
            }
        }
        return costs[a.length()][b.length()];
    }

    private static int cheapest(int[][] costs, String a, String b, int i, int j) {
        int change = costs[i - 1][j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        int cheapest = Math.min(change, Math.min(costs[i - 1][j], costs[i][j - 1]) + 1);
        boolean swapped = i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1);
        return swapped ? Math.min(cheapest, costs[i - 2][j - 2] + 1) : cheapest;
    }
}
