package dev.onchange.localmongo;

import org.jspecify.annotations.Nullable;

/** The one server that tests of this process share; a start that failed is not tried again by each of them. */
final class SharedMongo {

    static final SharedMongo INSTANCE = new SharedMongo();

    private @Nullable LocalMongo mongo;
    private @Nullable RuntimeException failure;

    private SharedMongo() {}

    synchronized LocalMongo get() {
        if (failure != null) {
            throw failure;
        }
        if (mongo == null) {
            try {
                mongo = LocalMongo.start().asShared();
            } catch (RuntimeException failed) {
                failure = failed;
                throw failed;
            }
        }
        return mongo;
    }
}
