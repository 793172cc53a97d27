package dev.onchange.console;

import dev.onchange.status.ListenerEvent;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.List;
import org.bson.BsonDocument;
import org.jspecify.annotations.Nullable;

/**
 * An event as an entry of the journal: whom it concerns, and the rest of what it says.
 *
 * @param handler the handler's id; null if it concerns none
 * @param stream as named in the plan; null if it concerns none
 * @param message what is said besides, one line
 */
record EventText(@Nullable String handler, @Nullable String stream, String message) {

    private static final int LONGEST = 500;

    /** @param mask hides keys that are redacted */
    static EventText of(ListenerEvent event, PayloadMask mask) {
        String handler = null;
        String stream = null;
        List<String> rest = new ArrayList<>();
        for (RecordComponent component : event.getClass().getRecordComponents()) {
            Object value = shown(value(component, event), component.getName(), mask);
            switch (component.getName()) {
                case "handlerId" -> handler = (String) value;
                case "stream" -> stream = (String) value;
                default -> {
                    if (value != null) {
                        rest.add(words(component.getName()) + " " + text(value, mask));
                    }
                }
            }
        }
        return new EventText(handler, stream, String.join(", ", rest));
    }

    private static @Nullable Object shown(@Nullable Object value, String name, PayloadMask mask) {
        return switch (name) {
            case "key", "documentKey" -> value instanceof BsonDocument key ? mask.key(key) : value;
            case "token", "position" -> mask.hidesIds() ? null : value;
            default -> value;
        };
    }

    private static @Nullable Object value(RecordComponent component, ListenerEvent event) {
        try {
            return component.getAccessor().invoke(event);
        } catch (IllegalAccessException | InvocationTargetException e) {
            throw new IllegalStateException("events are public records", e);
        }
    }

    private static String words(String name) {
        return name.replaceAll("([A-Z])", " $1")
                .toLowerCase(java.util.Locale.ROOT)
                .replace("handler ids", "handlers");
    }

    private static String text(Object value, PayloadMask mask) {
        String text = value instanceof BsonDocument document ? JsonObject.textOf(document) : value.toString();
        String line = mask.text(text).replace('\n', ' ');
        return line.length() > LONGEST ? line.substring(0, LONGEST) + "…" : line;
    }
}
