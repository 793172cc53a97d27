package dev.onchange.engine.scan.rule;

import dev.onchange.engine.message.Message;
import dev.onchange.engine.message.Suggestion;
import dev.onchange.problem.Problem;
import java.util.List;
import java.util.Locale;

/** Every operation is one of the server's. */
final class OperationsExist implements Rule {

    @Override
    public List<Problem> check(Declaration declaration) {
        return declaration.attributes().operations().stream()
                .filter(name -> !Declaration.isOpen(name)
                        && !Operations.ALL.contains(name)
                        && !Operations.SNAPSHOT.equals(name))
                .map(name -> declaration.problem(
                        "operation",
                        Message.UNKNOWN_OPERATION,
                        name,
                        suggestion(name),
                        Operations.quoted(Operations.ALL)))
                .toList();
    }

    private static String suggestion(String name) {
        String meant = Operations.OTHER_WORDS.get(name.toLowerCase(Locale.ROOT));
        return meant == null ? Suggestion.of(name, Operations.ALL) : Suggestion.question(meant);
    }
}
