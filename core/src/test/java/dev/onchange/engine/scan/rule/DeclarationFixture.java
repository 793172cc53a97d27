package dev.onchange.engine.scan.rule;

import com.mongodb.client.model.changestream.FullDocument;
import com.mongodb.client.model.changestream.FullDocumentBeforeChange;
import dev.onchange.Exhausted;
import dev.onchange.Ordering;
import dev.onchange.Scope;
import dev.onchange.Sharing;
import dev.onchange.StartFrom;
import java.util.List;
import java.util.Set;

/** Declarations on a method that takes nothing. */
final class DeclarationFixture {

    private DeclarationFixture() {}

    static Declaration of(String database, String collection) {
        return of(database, collection, "insert", RetryAttributes.DEFAULT);
    }

    static Declaration of(String database, String collection, String operation, RetryAttributes retry) {
        return new Declaration(
                "com.acme.Stock#low", attributes(database, collection, operation, retry), Set.of(), true);
    }

    private static Attributes attributes(String database, String collection, String operation, RetryAttributes retry) {
        return new Attributes(
                "",
                database,
                collection,
                Scope.AUTO,
                List.of(operation),
                "",
                List.of(),
                FullDocument.DEFAULT,
                FullDocumentBeforeChange.DEFAULT,
                false,
                Ordering.BY_KEY,
                1,
                retry,
                Exhausted.DEAD_LETTER,
                StartFrom.NOW,
                false,
                Sharing.COMPETING,
                1,
                CallAttributes.DEFAULT,
                StreamAttributes.DEFAULT,
                BatchAttributes.NONE,
                CoalesceAttributes.NONE);
    }
}
