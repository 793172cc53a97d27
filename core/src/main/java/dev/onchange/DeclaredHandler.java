package dev.onchange;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a user reads with {@link ChangeListeners#handlers} about one handler: where it is declared, and as what.
 *
 * @param id its identity
 * @param source where it is declared: {@code com.acme.Stock#lowStock}, or how a function is named
 * @param attributes what it declares, by the names of {@link OnChange}'s attributes and in their order, with placeholders
 *     resolved; those that say nothing are left out
 */
public record DeclaredHandler(String id, String source, Map<String, String> attributes) {

    public DeclaredHandler {
        attributes = Collections.unmodifiableMap(new LinkedHashMap<>(attributes));
    }
}
