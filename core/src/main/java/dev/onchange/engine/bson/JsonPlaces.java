package dev.onchange.engine.bson;

import java.util.HashMap;
import java.util.Map;

/** Knows where in a text of extended JSON, relaxed as in the shell, each field and element begins. Used by one thread. */
public final class JsonPlaces {

    private final String json;
    private final Map<String, Integer> places = new HashMap<>();
    private int at;

    private JsonPlaces(String json) {
        this.json = json;
    }

    /**
     * {@code " (line 2, column 5)"}, with a leading space; the nearest place around it if it is not known, and nothing if
     * there is none.
     *
     * @param path such as {@code $or[1].qty.$in}
     */
    public static String of(String json, String path) {
        JsonPlaces places = new JsonPlaces(json);
        places.readValue("");
        for (String each = path; !each.isEmpty(); each = outer(each)) {
            Integer found = places.places.get(each);
            if (found != null) {
                return " (" + ExtendedJson.place(json, found) + ")";
            }
        }
        return "";
    }

    private static String outer(String path) {
        return path.substring(0, Math.max(0, Math.max(path.lastIndexOf('.'), path.lastIndexOf('['))));
    }

    private void readValue(String path) {
        skipSpace();
        if (is('{')) {
            readFields(path);
        } else if (is('[')) {
            readElements(path);
        } else {
            skipScalar();
        }
    }

    private void readFields(String path) {
        at++;
        for (skipSpace(); at < json.length() && !is('}'); skipSpace()) {
            int start = at;
            String name = readName();
            String place = path.isEmpty() ? name : path + "." + name;
            places.putIfAbsent(place, start);
            skipSpace();
            if (!is(':')) {
                return;
            }
            at++;
            readValue(place);
            skipSpace();
            if (is(',')) {
                at++;
            }
        }
        at++;
    }

    private void readElements(String path) {
        at++;
        int index = 0;
        for (skipSpace(); at < json.length() && !is(']'); skipSpace()) {
            int start = at;
            String place = path + "[" + index++ + "]";
            places.putIfAbsent(place, start);
            readValue(place);
            skipSpace();
            if (is(',')) {
                at++;
            } else if (at == start) {
                return;
            }
        }
        at++;
    }

    private String readName() {
        if (is('"') || is('\'')) {
            int start = at;
            skipString();
            return json.substring(start + 1, Math.max(start + 1, at - 1));
        }
        int start = at;
        while (at < json.length() && !is(':') && !is('}') && !Character.isWhitespace(json.charAt(at))) {
            at++;
        }
        return json.substring(start, at);
    }

    /** Strings, numbers, patterns, and calls such as {@code ObjectId("…")}. */
    private void skipScalar() {
        int open = 0;
        while (at < json.length()) {
            char c = json.charAt(at);
            if (open == 0 && (c == ',' || c == '}' || c == ']')) {
                return;
            }
            if (c == '"' || c == '\'' || c == '/') {
                skipString();
            } else {
                open += c == '(' ? 1 : c == ')' ? -1 : 0;
                at++;
            }
        }
    }

    private void skipString() {
        char quote = json.charAt(at++);
        while (at < json.length() && json.charAt(at) != quote) {
            at += json.charAt(at) == '\\' ? 2 : 1;
        }
        at = Math.min(at + 1, json.length());
    }

    private void skipSpace() {
        while (at < json.length() && Character.isWhitespace(json.charAt(at))) {
            at++;
        }
    }

    private boolean is(char c) {
        return at < json.length() && json.charAt(at) == c;
    }
}
