package dev.onchange.scan;

import dev.onchange.problem.Message;
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
    private final List<Problem> problems = new ArrayList<>();

    /** @param where class, method and attribute, for messages */
    public PlaceholderText(Placeholders placeholders, String where, String text) {
        this.placeholders = placeholders;
        this.where = where;
        this.text = text;
    }

    /** The text with values in place of placeholders; what cannot be resolved stays as it is. */
    public String resolved() {
        return resolve(text);
    }

    /** What could not be resolved. */
    public List<Problem> problems() {
        return problems;
    }

    private String resolve(String part) {
        StringBuilder resolved = new StringBuilder();
        int from = 0;
        for (int at = part.indexOf(OPENING); at >= 0; at = part.indexOf(OPENING, from)) {
            if (at > from && part.charAt(at - 1) == '\\') {
                resolved.append(part, from, at - 1).append(OPENING);
                from = at + OPENING.length();
                continue;
            }
            int end = closing(part, at + OPENING.length());
            if (end < 0) {
                problems.add(Message.MALFORMED_PLACEHOLDER.at(where, text, "is not closed"));
                break;
            }
            resolved.append(part, from, at).append(value(part.substring(at, end + 1)));
            from = end + 1;
        }
        return resolved.append(part.substring(from)).toString();
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

    private String value(String placeholder) {
        String content = placeholder.substring(OPENING.length(), placeholder.length() - 1);
        int colon = content.indexOf(':');
        String name = (colon < 0 ? content : content.substring(0, colon)).strip();
        if (name.isEmpty()) {
            problems.add(Message.MALFORMED_PLACEHOLDER.at(where, text, "has no name"));
            return placeholder;
        }
        try {
            @Nullable String value = placeholders.valueOf(name);
            if (value != null) {
                return value;
            }
        } catch (RuntimeException e) {
            problems.add(Message.FAILED_PLACEHOLDER.at(where, name, e));
            return placeholder;
        }
        if (colon >= 0) {
            return resolve(content.substring(colon + 1));
        }
        problems.add(Message.UNKNOWN_PLACEHOLDER.at(where, name, EnvironmentNames.upper(name)));
        return placeholder;
    }
}
