package dev.onchange.engine.match.syntax;

import org.jspecify.annotations.Nullable;

/** A place in a filter, written as a path: {@code $or[1].qty.$in}. */
public final class Place {

    /** The filter as a whole. */
    public static final Place ROOT = new Place(null, "");

    private final @Nullable Place parent;
    private final String step;

    private Place(@Nullable Place parent, String step) {
        this.parent = parent;
        this.step = step;
    }

    public Place field(String name) {
        return new Place(this, name);
    }

    public Place index(String index) {
        return new Place(this, "[" + index + "]");
    }

    /** An exception that refuses what stands here. */
    public Rejected reject(String reason) {
        return new Rejected(this, reason);
    }

    @Override
    public String toString() {
        if (parent == null) {
            return step;
        }
        String before = parent.toString();
        return before.isEmpty() || step.startsWith("[") ? before + step : before + "." + step;
    }
}
