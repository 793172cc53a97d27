package dev.onchange.engine.scan.rule;

import dev.onchange.engine.message.Message;
import dev.onchange.problem.Problem;
import java.util.List;

/** A collation, if there is one, is a document that the driver understands. */
final class CollationIsValid implements Rule {

    @Override
    public List<Problem> check(Declaration declaration) {
        String collation = declaration.attributes().stream().collation();
        if (collation.isEmpty() || Declaration.isOpen(collation)) {
            return List.of();
        }
        return Collations.fault(collation)
                .map(fault -> List.of(declaration.problem("collation", Message.INVALID_COLLATION, fault)))
                .orElse(List.of());
    }
}
