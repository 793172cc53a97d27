package dev.onchange.engine.match.expr;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The variables that a user defined around an expression, and their slots. */
final class Variables {

    static final Variables NONE = new Variables(Map.of());

    private final Map<String, Integer> slots;

    private Variables(Map<String, Integer> slots) {
        this.slots = slots;
    }

    /** One variable more; a slot of its own, even if it hides another. */
    Variables with(String name, int slot) {
        Map<String, Integer> more = new HashMap<>(slots);
        more.put(name, slot);
        return new Variables(more);
    }

    @Nullable
    Integer slot(String name) {
        return slots.get(name);
    }
}
