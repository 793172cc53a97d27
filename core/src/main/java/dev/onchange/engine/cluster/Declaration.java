package dev.onchange.engine.cluster;

import java.util.Map;

/**
 * The units that an instance can own.
 *
 * @param hash of all that it declares
 * @param units by id
 */
public record Declaration(String hash, Map<String, Declared> units) {

    public Declaration {
        units = Map.copyOf(units);
    }

    /**
     * One unit.
     *
     * @param version hash of how its handler is declared
     * @param scope what its stream watches: units of one scope share a stream if one instance owns them
     */
    public record Declared(String version, String scope) {}
}
