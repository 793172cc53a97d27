package dev.onchange.engine.scan.rule;

import dev.onchange.engine.message.Message;
import dev.onchange.problem.Problem;
import java.util.List;

/** The database can exist, and the server opens change streams on it. */
final class DatabaseCanBeWatched implements Rule {

    @Override
    public List<Problem> check(Declaration declaration) {
        String database = declaration.attributes().database();
        if (database.isEmpty() || Declaration.isOpen(database)) {
            return List.of();
        }
        // Seen on a server 6.0: error 73, "may not be opened on the internal admin database".
        if (Names.isOfServer(database)) {
            return List.of(declaration.problem("database", Message.INTERNAL_DATABASE, database));
        }
        return Names.faultOfDatabase(database)
                .map(fault -> declaration.problem("database", Message.INVALID_NAME, "database", database, fault))
                .map(List::of)
                .orElse(List.of());
    }
}
