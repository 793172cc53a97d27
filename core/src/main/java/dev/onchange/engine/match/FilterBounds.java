package dev.onchange.engine.match;

import dev.onchange.engine.bson.RawBytes;
import dev.onchange.engine.bson.Types;
import dev.onchange.engine.match.regex.Regex;
import dev.onchange.engine.match.syntax.Element;
import org.bson.BsonDocument;
import org.bson.RawBsonDocument;

/** The limits of the server for a filter as a whole. Seen on 6.0.5. */
final class FilterBounds {

    /** A command may nest 200 levels, and a filter stands two levels deep in it. */
    private static final int MAX_DEPTH = 198;

    /** What a shared stream puts around filters takes some levels more. */
    private static final int MAX_SHARED_DEPTH = MAX_DEPTH - 20;

    private FilterBounds() {}

    /** Whether it is nested too deeply to be sent in a pipeline. */
    static boolean isTooDeep(BsonDocument filter) {
        return depth(Element.root(RawBytes.array(Filters.copy(filter)))) > MAX_DEPTH;
    }

    /** Whether the server may refuse to open a stream with a filter that it takes otherwise, or misread it there. */
    static boolean mayBeRefused(RawBsonDocument filter) {
        Element sent = Element.root(RawBytes.array(Filters.copy(Rewrite.forStream(filter))));
        return holdsNoPattern(sent, false) || depth(sent) > MAX_SHARED_DEPTH;
    }

    /**
     * Of some texts the server makes a regular expression over the oplog, and some values it takes for one. A regular
     * expression for a namespace it writes into an expression in JSON, as it is. A symbol, which equals a string, is none
     * to what asks the oplog for operations and namespaces: nothing would match.
     */
    private static boolean holdsNoPattern(Element container, boolean ofNamespace) {
        return container.elements().stream().anyMatch(element -> switch (element.type()) {
            case Types.OBJECT, Types.ARRAY -> holdsNoPattern(element, ofNamespace || isNamespace(element.name()));
            case Types.STRING ->
                element.text().indexOf('\0') >= 0
                        || ofNamespace && element.name().equals("$regex") && endsText(element.text());
            case Types.REGEX ->
                !Regex.isValid(element.pattern(), element.options())
                        || (ofNamespace || isNamespace(element.name())) && endsText(element.pattern());
            case Types.SYMBOL -> true;
            default -> false;
        });
    }

    private static boolean isNamespace(String path) {
        return path.startsWith("ns.") || path.startsWith("to.");
    }

    /** Whether it is no text between single quotes in JSON, or the path of a field as an expression. */
    private static boolean endsText(String pattern) {
        return pattern.startsWith("$") || pattern.chars().anyMatch(c -> c < ' ' || c == '\'');
    }

    private static int depth(Element container) {
        return 1
                + container.elements().stream()
                        .filter(FilterBounds::isContainer)
                        .mapToInt(FilterBounds::depth)
                        .max()
                        .orElse(0);
    }

    /** Refuses a filter that is nested too deeply to be sent in a pipeline. */
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
