package dev.onchange.engine.match.regex;

import java.util.ArrayList;
import java.util.List;

/**
 * A part of a pattern, as the server's engine tries it. The engine is followed from the end of the pattern to its begin, for all places
 * of a text at once, so that the work grows with the length of the text alone, however often the engine itself comes back.
 */
sealed interface PatternNode
        permits PatternNode.Characters,
                PatternNode.At,
                PatternNode.Sequence,
                PatternNode.Choice,
                PatternNode.Look,
                PatternNode.Atomic,
                Repeat {

    /**
     * What becomes of this part and all that follows, tried at each place of the text.
     *
     * @param rest what becomes of what follows this part
     */
    Tries tries(Subject text, Tries rest);

    /** The same, knowing with which characters the part that follows can begin. */
    PatternNode before(CodePoints next);

    /** Characters with which this part can begin, followed by one that begins with those. */
    CodePoints first(CodePoints next);

    /** At most so many ways lead through the part in a text of that length. */
    double ways(int length);

    /** How many parts it consists of. */
    int size();

    /** Whether {@link #tries} can tell. */
    default boolean isFollowed() {
        return true;
    }

    /** One character of a class. */
    record Characters(CodePoints points) implements PatternNode {

        @Override
        public Tries tries(Subject text, Tries rest) {
            Tries tries = new Tries(text.length());
            for (int at = 0; at < text.length(); at++) {
                if (points.contains(text.at(at))) {
                    tries.copy(at, rest, at + 1);
                }
            }
            return tries;
        }

        @Override
        public PatternNode before(CodePoints next) {
            return this;
        }

        @Override
        public CodePoints first(CodePoints next) {
            return points;
        }

        @Override
        public double ways(int length) {
            return 1;
        }

        @Override
        public int size() {
            return 1;
        }
    }

    /** A place between characters. */
    record At(PatternAnchor place) implements PatternNode {

        @Override
        public Tries tries(Subject text, Tries rest) {
            Tries tries = new Tries(text.length());
            for (int at = 0; at <= text.length(); at++) {
                if (place.isAt(text, at)) {
                    tries.copy(at, rest, at);
                }
            }
            return tries;
        }

        @Override
        public PatternNode before(CodePoints next) {
            return this;
        }

        @Override
        public CodePoints first(CodePoints next) {
            return CodePoints.NONE;
        }

        @Override
        public double ways(int length) {
            return 1;
        }

        @Override
        public int size() {
            return 1;
        }
    }

    /** One after the other. */
    record Sequence(List<PatternNode> parts) implements PatternNode {

        static final Sequence EMPTY = new Sequence(List.of());

        PatternNode last() {
            return parts.isEmpty() ? this : parts.get(parts.size() - 1);
        }

        /** Whether it can match at the begin of the text only. */
        boolean isAnchored() {
            return !parts.isEmpty() && parts.get(0) instanceof At at && at.place == PatternAnchor.TEXT_BEGIN;
        }

        @Override
        public Tries tries(Subject text, Tries rest) {
            Tries tries = rest;
            for (int i = parts.size() - 1; i >= 0; i--) {
                tries = parts.get(i).tries(text, tries);
            }
            return tries;
        }

        @Override
        public PatternNode before(CodePoints next) {
            List<PatternNode> known = new ArrayList<>(parts);
            CodePoints following = next;
            for (int i = parts.size() - 1; i >= 0; i--) {
                known.set(i, parts.get(i).before(following));
                following = parts.get(i).first(following);
            }
            return new Sequence(known);
        }

        @Override
        public CodePoints first(CodePoints next) {
            CodePoints first = next;
            for (int i = parts.size() - 1; i >= 0; i--) {
                first = parts.get(i).first(first);
            }
            return first;
        }

        @Override
        public double ways(int length) {
            return parts.stream().mapToDouble(part -> part.ways(length)).reduce(1, (a, b) -> a * b);
        }

        @Override
        public int size() {
            return 1 + parts.stream().mapToInt(PatternNode::size).sum();
        }

        @Override
        public boolean isFollowed() {
            return parts.stream().allMatch(PatternNode::isFollowed);
        }
    }

    /** One of several, the first that leads to a match. */
    record Choice(List<PatternNode> branches) implements PatternNode {

        @Override
        public Tries tries(Subject text, Tries rest) {
            Tries tries = new Tries(text.length());
            branches.forEach(branch -> tries.otherwise(branch.tries(text, rest), 2));
            return tries;
        }

        @Override
        public PatternNode before(CodePoints next) {
            return new Choice(
                    branches.stream().map(branch -> branch.before(next)).toList());
        }

        @Override
        public CodePoints first(CodePoints next) {
            CodePoints first = new CodePoints();
            branches.forEach(branch -> first.addAll(branch.first(next)));
            return first;
        }

        @Override
        public double ways(int length) {
            return branches.stream().mapToDouble(branch -> branch.ways(length)).sum();
        }

        @Override
        public int size() {
            return 1 + branches.stream().mapToInt(PatternNode::size).sum();
        }

        @Override
        public boolean isFollowed() {
            return branches.stream().allMatch(PatternNode::isFollowed);
        }
    }

    /**
     * What comes or came there, or did not.
     *
     * @param lengths of the branches, if they are looked for behind; empty if ahead
     */
    record Look(List<PatternNode> branches, List<Integer> lengths, boolean positive) implements PatternNode {

        @Override
        public Tries tries(Subject text, Tries rest) {
            Tries looked = new Tries(text.length());
            Tries matched = Tries.matched(text.length());
            for (int i = 0; i < branches.size(); i++) {
                Tries branch = branches.get(i).tries(text, matched);
                looked.otherwise(lengths.isEmpty() ? branch : branch.later(lengths.get(i)), 2);
            }
            for (int at = 0; at <= text.length(); at++) {
                looked.decide(at, looked.found[at] == positive, rest);
            }
            return looked;
        }

        @Override
        public PatternNode before(CodePoints next) {
            List<PatternNode> known = branches.stream()
                    .map(branch -> branch.before(CodePoints.NONE))
                    .toList();
            return new Look(known, lengths, positive);
        }

        @Override
        public CodePoints first(CodePoints next) {
            return CodePoints.NONE;
        }

        @Override
        public double ways(int length) {
            return 1
                    + branches.stream()
                            .mapToDouble(branch -> branch.ways(length))
                            .sum();
        }

        @Override
        public int size() {
            return 1 + branches.stream().mapToInt(PatternNode::size).sum();
        }

        @Override
        public boolean isFollowed() {
            return branches.stream().allMatch(PatternNode::isFollowed);
        }
    }

    /** What is not left again once it has matched. Where it ended depends on more than is followed. */
    record Atomic(PatternNode body) implements PatternNode {

        @Override
        public Tries tries(Subject text, Tries rest) {
            throw new IllegalStateException("an atomic group is not followed");
        }

        @Override
        public PatternNode before(CodePoints next) {
            return this;
        }

        @Override
        public CodePoints first(CodePoints next) {
            return CodePoints.NONE;
        }

        @Override
        public double ways(int length) {
            return body.ways(length);
        }

        @Override
        public int size() {
            return 1 + body.size();
        }

        @Override
        public boolean isFollowed() {
            return false;
        }
    }
}
