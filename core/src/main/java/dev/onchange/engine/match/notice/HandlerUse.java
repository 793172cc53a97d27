package dev.onchange.engine.match.notice;

import com.mongodb.client.model.changestream.FullDocument;
import com.mongodb.client.model.changestream.FullDocumentBeforeChange;
import dev.onchange.Scope;
import dev.onchange.engine.scan.HandlerSpec;
import dev.onchange.engine.scan.rule.Attributes;
import dev.onchange.engine.scan.rule.Declaration;
import java.util.Collection;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * What a handler's filter is applied to.
 *
 * @param where the place of an attribute, for messages
 * @param scope without {@code AUTO}
 * @param database empty if not known
 * @param collection empty for all, or if not known
 * @param operations empty for all
 * @param fullDocument whether updates have the document
 * @param before whether changes have the document before them
 * @param ownPipeline whether the handler has a pipeline of its own, which decides about the payload
 */
public record HandlerUse(
        UnaryOperator<String> where,
        Scope scope,
        String database,
        String collection,
        List<String> operations,
        FullDocument fullDocument,
        FullDocumentBeforeChange before,
        boolean ownPipeline) {

    public HandlerUse {
        operations = List.copyOf(operations);
    }

    /** Of a handler whose placeholders are resolved. */
    public static HandlerUse of(HandlerSpec spec) {
        return new HandlerUse(
                spec::where,
                spec.watched().scope(),
                spec.watched().database(),
                spec.watched().collection(),
                sorted(spec.operations()),
                spec.documents().fullDocument(),
                spec.documents().fullDocumentBeforeChange(),
                !spec.pipeline().isEmpty());
    }

    /** Of an annotation in a source; what still holds a placeholder is not known. */
    public static HandlerUse of(Declaration declaration) {
        Attributes attributes = declaration.attributes();
        boolean open = attributes.operations().stream().anyMatch(Declaration::isOpen);
        return new HandlerUse(
                attribute -> Declaration.where(declaration.where(), attribute),
                attributes.effectiveScope(),
                known(attributes.database()),
                known(attributes.collection()),
                open ? List.of() : sorted(attributes.operations()),
                attributes.fullDocument(),
                attributes.fullDocumentBeforeChange(),
                !attributes.pipeline().isEmpty());
    }

    /** Whether changes of several collections come. */
    boolean watchesMany() {
        return scope != Scope.COLLECTION;
    }

    /** For messages. */
    String namespace() {
        return collection.isEmpty() ? database : database + "." + collection;
    }

    private static String known(String name) {
        return Declaration.isOpen(name) ? "" : name;
    }

    private static List<String> sorted(Collection<String> names) {
        return names.size() < 2 ? List.copyOf(names) : names.stream().sorted().toList();
    }
}
