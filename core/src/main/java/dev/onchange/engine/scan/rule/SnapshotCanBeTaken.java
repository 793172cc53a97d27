package dev.onchange.engine.scan.rule;

import dev.onchange.Scope;
import dev.onchange.StartFrom;
import dev.onchange.engine.message.Message;
import dev.onchange.problem.Problem;
import java.util.ArrayList;
import java.util.List;

/** A handler that begins with the documents that exist wants them, and can be given them. */
final class SnapshotCanBeTaken implements Rule {

    @Override
    public List<Problem> check(Declaration declaration) {
        Attributes attributes = declaration.attributes();
        List<Problem> problems = new ArrayList<>();
        if (attributes.startFrom() != StartFrom.SNAPSHOT) {
            return problems;
        }
        boolean open = attributes.operations().stream().anyMatch(Declaration::isOpen);
        if (!attributes.operations().isEmpty()
                && !open
                && !attributes.operations().contains(Operations.SNAPSHOT)) {
            problems.add(declaration.problem("operation", Message.SNAPSHOT_NOT_WANTED, declaration.operationsText()));
        }
        if (!attributes.pipeline().isEmpty()) {
            problems.add(declaration.problem("pipeline", Message.SNAPSHOT_WITH_PIPELINE));
        }
        if (attributes.scope() == Scope.DEPLOYMENT) {
            problems.add(declaration.problem("startFrom", Message.SNAPSHOT_OF_DEPLOYMENT));
        }
        return problems;
    }
}
