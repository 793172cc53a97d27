package dev.onchange.engine.message;

import java.util.Collection;

/** Many handlers in one sentence. */
public final class CountedNames {

    private static final int NAMED = 10;

    private CountedNames() {}

    /** How many there are, and the ids of the first ones in alphabetical order. */
    public static String ofHandlers(Collection<String> ids) {
        String named = String.join(", ", ids.stream().sorted().limit(NAMED).toList());
        int more = ids.size() - NAMED;
        return ids.size()
                + (ids.size() == 1 ? " handler (" : " handlers (")
                + named
                + (more > 0 ? " and " + more + " more)" : ")");
    }
}
