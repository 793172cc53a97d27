package dev.onchange.engine.scan.rule;

import dev.onchange.engine.message.Message;
import dev.onchange.problem.Problem;
import java.util.List;

/** Operations that the server reports with expanded events only are wanted with the flag. */
final class OperationsAreExpanded implements Rule {

    @Override
    public List<Problem> check(Declaration declaration) {
        if (declaration.attributes().expandedEvents()) {
            return List.of();
        }
        return declaration.attributes().operations().stream()
                .filter(Operations.EXPANDED::contains)
                .map(name -> declaration.problem("operation", Message.EXPANDED_OPERATION, name))
                .toList();
    }
}
