package dev.onchange.localmongo.binary;

import dev.onchange.localmongo.ServerOrigin;

/** What an earlier start downloaded. */
final class CachedBinary implements BinarySource {

    private final BinaryCache cache;

    CachedBinary(BinaryCache cache) {
        this.cache = cache;
    }

    @Override
    public ServerOrigin origin() {
        return ServerOrigin.CACHE;
    }

    @Override
    public Outcome find(Version atLeast) {
        return cache.oldest(atLeast)
                .<Outcome>map(Found::new)
                .orElseGet(() -> new Missing("there is none in " + cache.folder()));
    }
}
