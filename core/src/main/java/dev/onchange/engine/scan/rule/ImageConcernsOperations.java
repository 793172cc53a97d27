package dev.onchange.engine.scan.rule;

import com.mongodb.client.model.changestream.FullDocument;
import dev.onchange.engine.message.Message;
import dev.onchange.problem.Problem;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The document before or after a change is asked for only where such changes are wanted that have it. */
final class ImageConcernsOperations implements Rule {

    private final String attribute;
    private final Function<Attributes, @Nullable Enum<?>> asked;
    private final Set<String> operations;
    private final Message message;

    private ImageConcernsOperations(
            String attribute, Function<Attributes, @Nullable Enum<?>> asked, Set<String> operations, Message message) {
        this.attribute = attribute;
        this.asked = asked;
        this.operations = operations;
        this.message = message;
    }

    /** Of the document after an update. */
    static Rule after() {
        return new ImageConcernsOperations(
                "fullDocument",
                attributes -> attributes.fullDocument() == FullDocument.DEFAULT ? null : attributes.fullDocument(),
                Set.of(Operations.UPDATE),
                Message.FULL_DOCUMENT_WITHOUT_UPDATE);
    }

    /** Of the document before a change; {@code OFF} asks for nothing. */
    static Rule before() {
        return new ImageConcernsOperations(
                "fullDocumentBeforeChange",
                attributes -> switch (attributes.fullDocumentBeforeChange()) {
                    case DEFAULT, OFF -> null;
                    case WHEN_AVAILABLE, REQUIRED -> attributes.fullDocumentBeforeChange();
                },
                Operations.WITH_BEFORE_IMAGE,
                Message.BEFORE_IMAGE_WITHOUT_CHANGE);
    }

    @Override
    public List<Problem> check(Declaration declaration) {
        Enum<?> value = asked.apply(declaration.attributes());
        return value == null || declaration.wantsAnyOf(operations)
                ? List.of()
                : List.of(declaration.problem(attribute, message, value.name(), declaration.operationsText()));
    }
}
