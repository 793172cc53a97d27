package dev.onchange.engine.scan;

import dev.onchange.Placeholders;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Asks for each name once: the handlers of a class mostly name the same, and the environment is asked in several forms. Used by one thread. */
final class KnownPlaceholders implements Placeholders {

    private final Placeholders asked;
    private final Map<String, String> known = new HashMap<>();

    KnownPlaceholders(Placeholders asked) {
        this.asked = asked;
    }

    @Override
    public @Nullable String valueOf(String name) {
        String value = known.get(name);
        if (value == null) {
            value = asked.valueOf(name);
            if (value != null) {
                known.put(name, value);
            }
        }
        return value;
    }
}
