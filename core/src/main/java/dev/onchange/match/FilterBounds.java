package dev.onchange.match;

import dev.onchange.match.bson.Types;
import dev.onchange.match.syntax.Element;

/** What the server demands of a filter as a whole, whatever it means. Seen on 6.0.5. */
final class FilterBounds {

    /** A command may nest 200 levels, and a filter stands two levels deep in it. */
    private static final int MAX_DEPTH = 198;

    private FilterBounds() {}

    /** Refuses what is nested too deeply to be sent in a pipeline. */
    static void checkDepth(Element filter) {
        checkDepth(filter, 1);
    }

    private static void checkDepth(Element container, int depth) {
        if (depth > MAX_DEPTH) {
            throw container.place().reject("the server takes " + MAX_DEPTH + " levels of documents and arrays at most");
        }
        for (Element element : container.elements()) {
            if (isContainer(element)) {
                checkDepth(element, depth + 1);
            }
        }
    }

    /** Refuses a field called {@code $text} anywhere, be it in a value: a pipeline takes it for a text search. */
    static void checkText(Element container) {
        for (Element element : container.elements()) {
            if (element.name().equals("$text")) {
                throw element.place()
                        .reject("the server takes a field called $text, wherever it stands, for a text search,"
                                + " which is not allowed in a change stream; use $regex");
            }
            if (isContainer(element)) {
                checkText(element);
            }
        }
    }

    private static boolean isContainer(Element element) {
        return element.is(Types.OBJECT) || element.is(Types.ARRAY);
    }
}
