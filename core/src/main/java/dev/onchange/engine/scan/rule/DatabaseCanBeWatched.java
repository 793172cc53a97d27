package dev.onchange.engine.scan.rule;

import dev.onchange.engine.message.Message;
import dev.onchange.problem.Problem;
import java.util.List;
import java.util.Set;

/** The database can exist, and the server opens change streams on it. */
final class DatabaseCanBeWatched implements Rule {

    /** Seen on a server 6.0: error 73, "may not be opened on the internal admin database". */
    private static final Set<String> INTERNAL = Set.of("admin", "config", "local");

    @Override
    public List<Problem> check(Declaration declaration) {
        String database = declaration.attributes().database();
        if (database.isEmpty() || Declaration.isOpen(database)) {
            return List.of();
        }
        if (INTERNAL.contains(database)) {
            return List.of(declaration.problem("database", Message.INTERNAL_DATABASE, database));
        }
        return Names.faultOfDatabase(database)
                .map(fault -> declaration.problem("database", Message.INVALID_NAME, "database", database, fault))
                .map(List::of)
                .orElse(List.of());
    }
}
