package dev.onchange.localmongo.binary;

import dev.onchange.localmongo.ServerOrigin;

/** One way to come to a {@code mongod} on this machine. */
interface BinarySource {

    ServerOrigin origin();

    /**
     * Looks, and downloads if that is its way; never throws for what a machine may lack.
     *
     * @param atLeast an older one does not do
     */
    Outcome find(Version atLeast);

    /** What came of a search. */
    sealed interface Outcome {}

    /** It led to one that runs. */
    record Found(MongodBinary binary) implements Outcome {}

    /**
     * It led to none.
     *
     * @param why one clause that follows the name of the way, without a full stop
     */
    record Missing(String why) implements Outcome {
        @Override
        public String toString() {
            return why;
        }
    }
}
