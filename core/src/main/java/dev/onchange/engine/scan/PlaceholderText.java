package dev.onchange.engine.scan;

import dev.onchange.Placeholders;
import dev.onchange.engine.message.Message;
import dev.onchange.problem.Problem;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Resolves the placeholders of one attribute. Used once, by one thread. */
public final class PlaceholderText {

    private static final String OPENING = "${";

    private final Placeholders placeholders;
    private final String where;
    private final String text;
    private final @Nullable JsonPlace json;
    private final StringBuilder resolved = new StringBuilder();
    private final List<Problem> problems = new ArrayList<>();

    /** @param where class, method and attribute, for messages */
    public PlaceholderText(Placeholders placeholders, String where, String text) {
        this(placeholders, where, text, null);
    }

    private PlaceholderText(Placeholders placeholders, String where, String text, @Nullable JsonPlace json) {
        this.placeholders = placeholders;
        this.where = where;
        this.text = text;
        this.json = json;
    }

    /**
     * Of an attribute, by its name: in filters and stages, which are JSON, a value stays one value whatever it holds.
     */
    public static PlaceholderText of(Placeholders placeholders, String where, String attribute, String text) {
        boolean isJson = attribute.equals("match") || attribute.equals("pipeline");
        return new PlaceholderText(placeholders, where, text, isJson ? new JsonPlace() : null);
    }

    /** Whether there is anything to resolve. */
    static boolean isIn(String text) {
        return text.contains(OPENING);
    }

    /** The text with values in place of placeholders; what cannot be resolved stays as it is. */
    public String resolved() {
        if (!isIn(text)) {
            return text;
        }
        resolve(text);
        return resolved.toString();
    }

    /** What could not be resolved. */
    public List<Problem> problems() {
        return problems;
    }

    private void resolve(String part) {
        int from = 0;
        for (int at = part.indexOf(OPENING); at >= 0; at = part.indexOf(OPENING, from)) {
            if (at > from && part.charAt(at - 1) == '\\') {
                write(part.substring(from, at - 1) + OPENING);
                from = at + OPENING.length();
                continue;
            }
            int end = closing(part, at + OPENING.length());
            if (end < 0) {
                problems.add(Message.MALFORMED_PLACEHOLDER.at(where, text, "is not closed"));
                break;
            }
            write(part.substring(from, at));
            replace(part.substring(at, end + 1));
            from = end + 1;
        }
        write(part.substring(from));
    }

    private void write(String part) {
        resolved.append(part);
        if (json != null) {
            json.read(part);
        }
    }

    /** Where the brace that was opened before {@code from} is closed; -1 if nowhere. Defaults may hold braces. */
    private static int closing(String part, int from) {
        int open = 1;
        for (int i = from; i < part.length(); i++) {
            char letter = part.charAt(i);
            open += letter == '{' ? 1 : letter == '}' ? -1 : 0;
            if (open == 0) {
                return i;
            }
        }
        return -1;
    }

    private void replace(String placeholder) {
        String content = placeholder.substring(OPENING.length(), placeholder.length() - 1);
        int colon = content.indexOf(':');
        String name = (colon < 0 ? content : content.substring(0, colon)).strip();
        @Nullable String byDefault = colon < 0 ? null : content.substring(colon + 1);
        @Nullable
        Problem problem = name.isEmpty()
                ? Message.MALFORMED_PLACEHOLDER.at(where, text, "has no name")
                : replace(name, byDefault);
        if (problem != null) {
            problems.add(problem);
            write(placeholder);
        }
    }

    /** Null if it was replaced. */
    private @Nullable Problem replace(String name, @Nullable String byDefault) {
        try {
            @Nullable String value = placeholders.valueOf(name);
            if (value != null) {
                return put(name, value, byDefault != null && byDefault.isBlank());
            }
        } catch (RuntimeException e) {
            return Message.FAILED_PLACEHOLDER.at(where, name, e);
        }
        if (byDefault == null) {
            return Message.UNKNOWN_PLACEHOLDER.at(where, name, EnvironmentNames.upper(name));
        }
        resolve(byDefault);
        return null;
    }

    private @Nullable Problem put(String name, String value, boolean mayBeEmpty) {
        if (value.isBlank()) {
            if (mayBeEmpty) {
                return null;
            }
            // An empty value would often widen the handler to everything: no filter at all, the whole database.
            return Message.EMPTY_PLACEHOLDER.at(where, name);
        }
        @Nullable String written = json == null ? value : json.written(value);
        if (written == null) {
            return Message.SEVERAL_VALUES.at(where, name);
        }
        write(written);
        return null;
    }
}
