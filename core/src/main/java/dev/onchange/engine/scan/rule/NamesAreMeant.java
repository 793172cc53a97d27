package dev.onchange.engine.scan.rule;

import dev.onchange.engine.message.Message;
import dev.onchange.problem.Problem;
import java.util.ArrayList;
import java.util.List;

/** The collection's name has no space around it, and not the database's name in front. */
final class NamesAreMeant implements Rule {

    @Override
    public List<Problem> check(Declaration declaration) {
        String database = declaration.attributes().database();
        String collection = declaration.attributes().collection();
        List<Problem> problems = new ArrayList<>();
        if (Declaration.isOpen(collection)) {
            return problems;
        }
        if (!collection.equals(collection.strip())) {
            problems.add(declaration.problem("collection", Message.SPACE_AROUND_NAME, "collection", collection));
        }
        if (collection.contains("*")) {
            problems.add(declaration.problem("collection", Message.WILDCARD_IN_NAME, collection));
        }
        String prefix = database + ".";
        if (!database.isEmpty() && collection.startsWith(prefix) && collection.length() > prefix.length()) {
            problems.add(declaration.problem(
                    "collection",
                    Message.DATABASE_IN_COLLECTION,
                    collection,
                    database,
                    collection.substring(prefix.length())));
        }
        return problems;
    }
}
