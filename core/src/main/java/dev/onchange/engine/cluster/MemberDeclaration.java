package dev.onchange.engine.cluster;

import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The units that an instance can own.
 *
 * @param hash of all that it declares
 * @param units by id
 */
public record MemberDeclaration(String hash, Map<String, Declared> units) {

    public MemberDeclaration {
        units = Map.copyOf(units);
    }

    /**
     * One unit.
     *
     * @param handler of which it is a part, or all
     * @param version hash of how the handler is declared, its number of parts included
     * @param scope what its stream watches: units of one scope share a stream if one instance owns them
     */
    public record Declared(String handler, String version, String scope) {

        // By hand, see D69.
        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Declared same
                    && handler.equals(same.handler)
                    && version.equals(same.version)
                    && scope.equals(same.scope);
        }

        @Override
        public int hashCode() {
            return Objects.hash(handler, version, scope);
        }
    }
}
