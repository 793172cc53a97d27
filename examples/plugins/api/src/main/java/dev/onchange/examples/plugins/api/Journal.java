package dev.onchange.examples.plugins.api;

/** Where plug-ins note what they have done. */
public interface Journal {

    /**
     * Notes it.
     *
     * @param kind what was done, the same for all orders
     * @param order whose
     * @param what was done in particular
     */
    void note(String kind, int order, String what);
}
