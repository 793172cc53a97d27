package dev.onchange.console;

import com.mongodb.client.model.changestream.FullDocument;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A filter as a developer writes it into Java. */
final class AnnotationText {

    private AnnotationText() {}

    static String of(
            @Nullable String database, @Nullable String collection, FullDocument fullDocument, @Nullable String match) {
        List<String> attributes = new ArrayList<>();
        if (database == null) {
            attributes.add("scope = Scope.DEPLOYMENT");
        } else {
            attributes.add("database = " + literal(database));
        }
        if (collection != null) {
            attributes.add("collection = " + literal(collection));
        }
        if (fullDocument != FullDocument.DEFAULT) {
            attributes.add("fullDocument = FullDocument." + fullDocument.name());
        }
        if (match != null) {
            attributes.add("match = " + (match.strip().contains("\n") ? block(match) : literal(match.strip())));
        }
        return "@OnChange(" + String.join(", ", attributes) + ")";
    }

    private static String literal(String text) {
        return '"' + escaped(text).replace("\"", "\\\"") + '"';
    }

    /** Lines end as they do in the source, so that places in messages are the same. */
    private static String block(String text) {
        String lines = escaped(text.strip()).replace("\"\"\"", "\\\"\"\"").replace("\\n", "\n        ");
        return "\"\"\"\n        " + lines + "\"\"\"";
    }

    private static String escaped(String text) {
        StringBuilder escaped = new StringBuilder();
        for (char c : text.replace("\r\n", "\n").toCharArray()) {
            switch (c) {
                case '\\' -> escaped.append("\\\\");
                case '\n' -> escaped.append("\\n");
                case '\t' -> escaped.append("\\t");
                case '\r' -> escaped.append("\\r");
                default -> {
                    if (c < ' ') {
                        escaped.append(String.format("\\u%04x", (int) c));
                    } else {
                        escaped.append(c);
                    }
                }
            }
        }
        return escaped.toString();
    }
}
