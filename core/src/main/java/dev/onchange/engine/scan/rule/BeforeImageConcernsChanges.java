package dev.onchange.engine.scan.rule;

import com.mongodb.client.model.changestream.FullDocumentBeforeChange;
import dev.onchange.engine.message.Message;
import dev.onchange.problem.Problem;
import java.util.List;

/** The document before a change is asked for only where there can be one; {@code OFF} asks for nothing. */
final class BeforeImageConcernsChanges implements Rule {

    @Override
    public List<Problem> check(Declaration declaration) {
        FullDocumentBeforeChange before = declaration.attributes().fullDocumentBeforeChange();
        boolean asked =
                before == FullDocumentBeforeChange.WHEN_AVAILABLE || before == FullDocumentBeforeChange.REQUIRED;
        boolean wrong = asked && !declaration.wantsAnyOf(Operations.WITH_BEFORE_IMAGE);
        return wrong
                ? List.of(declaration.problem(
                        "fullDocumentBeforeChange",
                        Message.BEFORE_IMAGE_WITHOUT_CHANGE,
                        before.name(),
                        declaration.operationsText()))
                : List.of();
    }
}
