package dev.onchange.engine.match.notice;

import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The fields that documents of a payload type have, as far as the type tells. Read from sources and from classes. */
public interface DocumentFields {

    /** The type's simple name, for messages. */
    String type();

    /** Whether no document of the type has such a field. */
    boolean isMissing(String name);

    /** The names of the known fields. */
    Set<String> names();

    /** The name in documents of what the type calls so; null if it has no other name for it. */
    @Nullable
    String storedAs(String name);

    /** The fields of the documents in a field, or in an array there; empty if they may have any. */
    Optional<DocumentFields> below(String name);

    /** Of which kind the values of a field are, or the elements of an array there. */
    ValueKind kind(String name);

    /** Whether an array is in a field, so that each condition of a filter may be met by another element. */
    boolean isArray(String name);

    /** The names of the constants of the enum in a field, or in an array there; empty if it has none, or may have others. */
    Set<String> constants(String name);
}
