package dev.onchange.engine.scan.rule;

import com.mongodb.client.model.changestream.FullDocument;
import dev.onchange.engine.message.Message;
import dev.onchange.problem.Problem;
import java.util.List;
import java.util.Set;

/** The document after an update is asked for only where updates are wanted. */
final class FullDocumentConcernsUpdates implements Rule {

    @Override
    public List<Problem> check(Declaration declaration) {
        FullDocument fullDocument = declaration.attributes().fullDocument();
        boolean wrong = fullDocument != FullDocument.DEFAULT && !declaration.wantsAnyOf(Set.of(Operations.UPDATE));
        return wrong
                ? List.of(declaration.problem(
                        "fullDocument",
                        Message.FULL_DOCUMENT_WITHOUT_UPDATE,
                        fullDocument.name(),
                        declaration.operationsText()))
                : List.of();
    }
}
