package dev.onchange.engine.scan.rule;

import com.mongodb.client.model.changestream.FullDocument;
import dev.onchange.engine.message.Message;
import dev.onchange.engine.scan.Parameter;
import dev.onchange.problem.Problem;
import java.util.Collections;
import java.util.List;
import java.util.Set;

/** The document is taken only where events have one. An own pipeline may put one anywhere. */
final class DocumentCanOccur implements Rule {

    @Override
    public List<Problem> check(Declaration declaration) {
        Attributes attributes = declaration.attributes();
        if (Collections.disjoint(declaration.roles(), Set.of(Parameter.Role.PAYLOAD, Parameter.Role.PAYLOADS))
                || !declaration.namesOperations()
                || !attributes.pipeline().isEmpty()) {
            return List.of();
        }
        if (!declaration.wantsAnyOf(Operations.WITH_DOCUMENT)) {
            return List.of(declaration.problem("operation", Message.NO_DOCUMENT, declaration.operationsText()));
        }
        boolean onlyUpdates =
                !declaration.wantsAnyOf(Set.of(Operations.INSERT, Operations.REPLACE, Operations.SNAPSHOT));
        return declaration.problemIf(
                onlyUpdates && attributes.fullDocument() == FullDocument.DEFAULT, "fullDocument", Message.NO_LOOKUP);
    }
}
