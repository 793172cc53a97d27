package dev.onchange.engine.scan;

import java.util.Locale;
import org.bson.BsonArray;
import org.bson.BsonInvalidOperationException;
import org.bson.json.JsonParseException;
import org.jspecify.annotations.Nullable;

/** Follows a text in extended JSON and tells how a value can be inserted at the place it has reached. */
final class JsonPlace {

    private static final char NONE = 0;
    private static final char REGEX = '/';

    /** What closes the string or the regular expression in which it stands. */
    private char closing = NONE;

    private boolean escaped;
    private int depth;
    private boolean several;

    /** Goes on over a part of the text. */
    void read(String text) {
        text.chars().forEach(letter -> read((char) letter));
    }

    private void read(char letter) {
        if (escaped) {
            escaped = false;
        } else if (closing != NONE) {
            escaped = letter == '\\';
            closing = letter == closing ? NONE : closing;
        } else if (letter == '\'' || letter == '"' || letter == REGEX) {
            closing = letter;
        } else {
            readOutside(letter);
        }
    }

    private void readOutside(char letter) {
        switch (letter) {
            case '{', '[', '(' -> depth++;
            case '}', ']', ')' -> depth--;
            default -> {}
        }
        several |= depth < 0 || depth == 0 && (letter == ',' || letter == ':');
    }

    /** How a value is written here, so that it stays one value whatever it holds; null if it cannot be written here. */
    @Nullable
    String written(String value) {
        if (closing == NONE) {
            return isOneValue(value) ? value.strip() : null;
        }
        return closing == REGEX ? withinRegex(value) : withinString(value);
    }

    private static boolean isOneValue(String value) {
        JsonPlace end = new JsonPlace();
        end.read(value);
        if (end.several || end.depth != 0 || end.closing != NONE) {
            return false;
        }
        try {
            return BsonArray.parse("[" + value + "]").size() == 1;
        } catch (JsonParseException | BsonInvalidOperationException | IllegalArgumentException e) {
            return false;
        }
    }

    private String withinString(String value) {
        StringBuilder written = new StringBuilder();
        value.chars().forEach(letter -> {
            if (letter < ' ') {
                written.append(String.format(Locale.ROOT, "\\u%04x", letter));
            } else {
                written.append(letter == closing || letter == '\\' ? "\\" : "").append((char) letter);
            }
        });
        return written.toString();
    }

    /** It stays a regular expression, but does not end the one it stands in. */
    private static String withinRegex(String value) {
        StringBuilder written = new StringBuilder();
        boolean escaping = false;
        for (int i = 0; i < value.length(); i++) {
            char letter = value.charAt(i);
            written.append(letter == REGEX && !escaping ? "\\" : "").append(letter);
            escaping = letter == '\\' && !escaping;
        }
        return written.append(escaping ? "\\" : "").toString();
    }
}
