package dev.onchange.engine.scan.rule;

import dev.onchange.engine.message.Message;
import dev.onchange.engine.scan.Parameter;
import dev.onchange.problem.Problem;
import java.util.List;
import java.util.Set;

/** An update description is taken only where updates are wanted. */
final class UpdateDescriptionCanOccur implements Rule {

    @Override
    public List<Problem> check(Declaration declaration) {
        boolean wrong = declaration.roles().contains(Parameter.Role.UPDATE_DESCRIPTION)
                && !declaration.wantsAnyOf(Set.of(Operations.UPDATE));
        return wrong
                ? List.of(declaration.problem("operation", Message.NO_UPDATE_DESCRIPTION, declaration.operationsText()))
                : List.of();
    }
}
