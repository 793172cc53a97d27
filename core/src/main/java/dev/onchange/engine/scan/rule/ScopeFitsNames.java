package dev.onchange.engine.scan.rule;

import dev.onchange.engine.message.Message;
import dev.onchange.problem.Problem;
import java.util.List;

/** A scope that is written out agrees with the collection and, for the deployment, with the database. */
final class ScopeFitsNames implements Rule {

    @Override
    public List<Problem> check(Declaration declaration) {
        String collection = declaration.attributes().collection();
        return switch (declaration.attributes().scope()) {
            case AUTO -> List.of();
            case COLLECTION -> declaration.problemIf(collection.isEmpty(), "scope", Message.COLLECTION_WITHOUT_NAME);
            case DATABASE ->
                declaration.problemIf(!collection.isEmpty(), "scope", Message.DATABASE_WITH_COLLECTION, collection);
            case DEPLOYMENT -> deployment(declaration);
        };
    }

    private static List<Problem> deployment(Declaration declaration) {
        String collection = declaration.attributes().collection();
        if (!collection.isEmpty()) {
            return List.of(declaration.problem("scope", Message.DEPLOYMENT_WITH_NAMES, "collection", collection));
        }
        String database = declaration.attributes().database();
        return declaration.problemIf(!database.isEmpty(), "scope", Message.DEPLOYMENT_WITH_NAMES, "database", database);
    }
}
