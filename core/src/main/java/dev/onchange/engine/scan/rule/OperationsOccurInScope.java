package dev.onchange.engine.scan.rule;

import dev.onchange.Scope;
import dev.onchange.engine.message.Message;
import dev.onchange.problem.Problem;
import java.util.List;

/**
 * Every operation can occur on a stream of the scope. Seen on a server 6.0: a collection's stream reports a dropped
 * database as {@code drop} and {@code invalidate}; a deployment's stream is never invalidated.
 */
final class OperationsOccurInScope implements Rule {

    @Override
    public List<Problem> check(Declaration declaration) {
        if (Declaration.isOpen(declaration.attributes().collection())) {
            return List.of();
        }
        return switch (declaration.attributes().effectiveScope()) {
            case COLLECTION ->
                never(
                        Operations.DROP_DATABASE,
                        Scope.COLLECTION,
                        "a collection's stream reports \"drop\" and \"invalidate\", a database's \"dropDatabase\"",
                        declaration);
            case DEPLOYMENT ->
                never(
                        Operations.INVALIDATE,
                        Scope.DEPLOYMENT,
                        "only streams over a collection or a database are invalidated",
                        declaration);
            default -> List.of();
        };
    }

    private static List<Problem> never(String operation, Scope scope, String instead, Declaration declaration) {
        return declaration.problemIf(
                declaration.attributes().operations().contains(operation),
                "operation",
                Message.OPERATION_OUT_OF_SCOPE,
                operation,
                scope == Scope.COLLECTION ? "a collection" : "the deployment",
                instead);
    }
}
