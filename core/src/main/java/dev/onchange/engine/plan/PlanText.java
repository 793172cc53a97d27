package dev.onchange.engine.plan;

import com.mongodb.client.model.changestream.FullDocument;
import com.mongodb.client.model.changestream.FullDocumentBeforeChange;
import dev.onchange.StartFrom;
import dev.onchange.engine.scan.DocumentOptions;
import dev.onchange.engine.scan.HandlerSpec;
import dev.onchange.engine.scan.HandlerTarget;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.bson.BsonDocument;

/** Describes a stream of a plan for people, line by line. */
final class PlanText {

    /** Of the names before the values. */
    private static final int WIDTH = 9;

    private PlanText() {}

    static String of(StreamPlan stream) {
        StringBuilder text = new StringBuilder();
        text.append("stream ").append(stream.name()).append('\n');
        line(text, "scope", stream.scope().scope().name().toLowerCase(java.util.Locale.ROOT) + " " + stream.scope());
        line(text, "options", options(stream.documents()));
        if (stream.looksUp()) {
            line(text, "look-up", "current documents of updates, one query a batch, for " + lookingUp(stream));
        }
        line(text, "pipeline", stream.pipeline().isEmpty() ? "none" : stages(stream.pipeline()));
        List<String> beginning = stream.handlers().stream()
                .map(PlannedHandler::spec)
                .filter(spec -> spec.startFrom() == StartFrom.SNAPSHOT)
                .map(HandlerSpec::id)
                .toList();
        if (!beginning.isEmpty()) {
            line(text, "snapshot", "at the first start, one scan by _id for " + String.join(", ", beginning));
        }
        line(text, "why", stream.reason());
        line(text, "print", stream.fingerprint());
        stream.handlers().forEach(handler -> line(text, "handler", handler(handler)));
        return text.toString();
    }

    private static String lookingUp(StreamPlan stream) {
        List<String> ids = stream.handlers().stream()
                .filter(handler -> handler.needsLookUp(stream.documents()))
                .map(handler -> handler.spec().id())
                .toList();
        return ids.size() == 1 ? ids.get(0) : ids.size() + " handlers";
    }

    private static void line(StringBuilder text, String name, String value) {
        text.append("  ")
                .append(name)
                .append(" ".repeat(WIDTH - name.length()))
                .append(value)
                .append('\n');
    }

    private static String stages(List<BsonDocument> pipeline) {
        return pipeline.stream().map(BsonDocument::toJson).collect(Collectors.joining(",\n           "));
    }

    private static String options(DocumentOptions documents) {
        List<String> set = new ArrayList<>();
        if (documents.fullDocument() != FullDocument.DEFAULT) {
            set.add("fullDocument " + documents.fullDocument().getValue());
        }
        if (documents.fullDocumentBeforeChange() != FullDocumentBeforeChange.DEFAULT) {
            set.add("fullDocumentBeforeChange "
                    + documents.fullDocumentBeforeChange().getValue());
        }
        if (documents.expandedEvents()) {
            set.add("expanded events");
        }
        return set.isEmpty() ? "none" : String.join(", ", set);
    }

    private static String handler(PlannedHandler handler) {
        var spec = handler.spec();
        List<String> parts = new ArrayList<>();
        parts.add(spec.id());
        if (!spec.where().equals(spec.id())) {
            parts.add("at " + spec.where());
        }
        parts.add("found by " + spec.foundBy().name().toLowerCase(java.util.Locale.ROOT));
        if (spec.target() instanceof HandlerTarget.OfMethod target) {
            parts.add("called by " + (target.generated() == null ? "reflection" : "generated code"));
        }
        parts.add("watches " + spec.watched());
        parts.add(spec.operations().isEmpty() ? "all operations" : String.join("|", new TreeSet<>(spec.operations())));
        if (!spec.match().isBlank()) {
            parts.add(
                    "match " + spec.match().strip() + (handler.match() == null ? " (by the server)" : " (in process)"));
        }
        return String.join(", ", parts);
    }
}
