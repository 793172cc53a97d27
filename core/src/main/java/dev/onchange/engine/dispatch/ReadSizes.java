package dev.onchange.engine.dispatch;

import dev.onchange.engine.snapshot.Chunk;

/** How many documents are read at a time at most, by how large they are and how long the server keeps their history. */
final class ReadSizes {

    /** Chunks hold so many bytes, about. */
    private static final int CHUNK_BYTES = 4 * 1024 * 1024;

    /** Of documents so large, no more are held in memory than are needed. */
    private static final int LARGE_BYTES = 100_000;

    /** A read that was too large is followed by one of that part of it. */
    private static final int PART = 4;

    /** After so many reads that succeed, they may be larger again. */
    private static final int SUCCESSES = 100;

    private volatile int documentBytes = 1_000;
    private volatile int most = Integer.MAX_VALUE;
    private volatile int last = Integer.MAX_VALUE;
    private int successes;

    int most() {
        return Math.max(1, Math.min(most, CHUNK_BYTES / documentBytes));
    }

    /** A read of so many at most begins. */
    void begins(int limit) {
        last = limit;
    }

    void read(Chunk chunk) {
        if (!chunk.documents().isEmpty()) {
            documentBytes = chunk.documentBytes();
        }
        if (most < Integer.MAX_VALUE && ++successes >= SUCCESSES) {
            successes = 0;
            most = most > Integer.MAX_VALUE / 2 ? Integer.MAX_VALUE : 2 * most;
        }
    }

    /** Whether what follows a chunk is not to be held beside it. */
    boolean isLarge(Chunk chunk) {
        return documentBytes > LARGE_BYTES || chunk.bytes() > 2 * CHUNK_BYTES;
    }

    /**
     * The server did not keep the history of a read until its end. One that is to keep none does as long as a read does not yield to
     * others, which it does after a thousand documents or ten milliseconds; seen on 6.0.
     */
    void tooOld() {
        most = Math.max(1, last / PART);
        successes = 0;
    }
}
