package dev.onchange.engine.scan;

import dev.onchange.Sharing;

/**
 * How the instances of an application share a handler.
 *
 * @param sharing which instances its changes reach
 * @param partitions into how many parts its documents are divided; a power of two
 */
public record SharingOptions(Sharing sharing, int partitions) {

    /** What is so where nothing is said. */
    public static final SharingOptions DEFAULT = new SharingOptions(Sharing.COMPETING, 1);

    /** Whether each instance gets each change. */
    public boolean isBroadcast() {
        return sharing == Sharing.BROADCAST;
    }
}
