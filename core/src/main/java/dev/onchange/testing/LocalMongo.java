package dev.onchange.testing;

/** A real MongoDB replica set on this machine, for tests and examples. */
public final class LocalMongo implements AutoCloseable {

    private final String connectionString;

    private LocalMongo(String connectionString) {
        this.connectionString = connectionString;
    }

    /** How to connect to it. */
    public String connectionString() {
        return connectionString;
    }

    @Override
    public void close() {}
}
