package dev.onchange.engine.match;

import dev.onchange.engine.match.expr.EventExpression;
import java.util.ArrayList;
import java.util.List;

/** A part of a filter, evaluated on a document, or on a single value where it stands inside a value-like {@code $elemMatch}. */
sealed interface Node {

    boolean matches(byte[] bytes, int document);

    /**
     * Every part. Like the server, it puts the parts of a part that is itself of this kind last; that is seen where
     * evaluation can fail.
     */
    static Node all(List<Node> parts) {
        List<Node> flat = new ArrayList<>();
        List<Node> absorbed = new ArrayList<>();
        for (Node part : parts) {
            if (part instanceof All all) {
                absorbed.addAll(all.parts);
            } else {
                flat.add(part);
            }
        }
        flat.addAll(absorbed);
        return flat.size() == 1 ? flat.get(0) : new All(List.copyOf(flat));
    }

    /** At least one part; the parts of a part of this kind come last, too. */
    static Node any(List<Node> parts) {
        List<Node> flat = new ArrayList<>();
        List<Node> absorbed = new ArrayList<>();
        for (Node part : parts) {
            if (part instanceof Any any) {
                absorbed.addAll(any.parts);
            } else {
                flat.add(part);
            }
        }
        flat.addAll(absorbed);
        return flat.size() == 1 ? flat.get(0) : new Any(List.copyOf(flat));
    }

    /** Whether the value itself satisfies this part, its path left aside. */
    boolean matchesValue(byte[] bytes, int type, int at);

    /**
     * A condition on the values at a path.
     *
     * @param leaf whether an array at the end of the path stands for its elements too
     */
    record Field(Path path, ValueTest test, boolean leaf) implements Node {

        @Override
        public boolean matches(byte[] bytes, int document) {
            return path.any(bytes, document, test, leaf);
        }

        @Override
        public boolean matchesValue(byte[] bytes, int type, int at) {
            return test.test(bytes, type, at);
        }
    }

    /** Every part; true without parts. */
    record All(List<Node> parts) implements Node {

        @Override
        public boolean matches(byte[] bytes, int document) {
            for (int i = 0; i < parts.size(); i++) {
                if (!parts.get(i).matches(bytes, document)) {
                    return false;
                }
            }
            return true;
        }

        @Override
        public boolean matchesValue(byte[] bytes, int type, int at) {
            for (int i = 0; i < parts.size(); i++) {
                if (!parts.get(i).matchesValue(bytes, type, at)) {
                    return false;
                }
            }
            return true;
        }
    }

    /** At least one part. */
    record Any(List<Node> parts) implements Node {

        @Override
        public boolean matches(byte[] bytes, int document) {
            for (int i = 0; i < parts.size(); i++) {
                if (parts.get(i).matches(bytes, document)) {
                    return true;
                }
            }
            return false;
        }

        @Override
        public boolean matchesValue(byte[] bytes, int type, int at) {
            for (int i = 0; i < parts.size(); i++) {
                if (parts.get(i).matchesValue(bytes, type, at)) {
                    return true;
                }
            }
            return false;
        }
    }

    /** Not that part. */
    record Not(Node part) implements Node {

        @Override
        public boolean matches(byte[] bytes, int document) {
            return !part.matches(bytes, document);
        }

        @Override
        public boolean matchesValue(byte[] bytes, int type, int at) {
            return !part.matchesValue(bytes, type, at);
        }
    }

    /** The same answer for every document. */
    record Always(boolean answer) implements Node {

        @Override
        public boolean matches(byte[] bytes, int document) {
            return answer;
        }

        @Override
        public boolean matchesValue(byte[] bytes, int type, int at) {
            return answer;
        }
    }

    /** An expression over the event. */
    record Expr(EventExpression expression) implements Node {

        @Override
        public boolean matches(byte[] bytes, int document) {
            return expression.matches(bytes, document);
        }

        @Override
        public boolean matchesValue(byte[] bytes, int type, int at) {
            return expression.matches(bytes, at);
        }
    }

    /** Valid, but only the server can answer it. */
    record OnServer() implements Node {

        @Override
        public boolean matches(byte[] bytes, int document) {
            throw new IllegalStateException("only the server can answer this filter");
        }

        @Override
        public boolean matchesValue(byte[] bytes, int type, int at) {
            return matches(bytes, at);
        }
    }
}
