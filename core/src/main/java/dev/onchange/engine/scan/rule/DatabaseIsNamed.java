package dev.onchange.engine.scan.rule;

import dev.onchange.Scope;
import dev.onchange.engine.message.Message;
import dev.onchange.problem.Problem;
import java.util.List;

/** Unless the whole deployment is watched, the annotation or the listeners name a database. */
final class DatabaseIsNamed implements Rule {

    @Override
    public List<Problem> check(Declaration declaration) {
        Attributes attributes = declaration.attributes();
        return declaration.problemIf(
                attributes.effectiveScope() != Scope.DEPLOYMENT
                        && attributes.database().isEmpty(),
                "database",
                Message.MISSING_DATABASE);
    }
}
