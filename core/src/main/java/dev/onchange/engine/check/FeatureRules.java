package dev.onchange.engine.check;

import com.mongodb.client.model.changestream.FullDocument;
import com.mongodb.client.model.changestream.FullDocumentBeforeChange;
import dev.onchange.StartFrom;
import dev.onchange.engine.plan.StreamPlans;
import dev.onchange.engine.scan.DocumentOptions;
import dev.onchange.engine.scan.HandlerSpec;
import dev.onchange.status.Check;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Whether the server's version has what handlers ask for. */
final class FeatureRules {

    private FeatureRules() {}

    /** Nothing if the version is not known: then the server itself refuses the stream. */
    static List<Check> check(ServerFacts facts, StreamPlans plan) {
        List<Check> checks = new ArrayList<>(snapshots(facts, plan));
        if (!isOlder(facts, ServerVersion.WITH_IMAGES)) {
            return checks;
        }
        handlers(plan)
                .filter(handler -> needsImages(handler.documents()))
                .forEach(handler -> checks.add(Check.failure(
                        "images for " + handler.id(),
                        "The server has no images before or after a change; they came with 6.0.",
                        "Use server 6.0 or later, or other options at " + handler.where() + ".")));
        handlers(plan)
                .filter(handler -> handler.documents().expandedEvents())
                .forEach(handler -> checks.add(Check.failure(
                        "expanded events for " + handler.id(),
                        "The server has no expanded events; they came with 6.0.",
                        "Use server 6.0 or later, or leave out expandedEvents at " + handler.where() + ".")));
        return checks;
    }

    private static boolean isOlder(ServerFacts facts, ServerVersion version) {
        return facts.version().isPresent() && !facts.isAtLeast(version);
    }

    private static List<Check> snapshots(ServerFacts facts, StreamPlans plan) {
        List<Check> checks = new ArrayList<>();
        plan.streams().stream()
                .flatMap(stream -> stream.handlers().stream())
                .filter(handler -> handler.spec().startFrom() == StartFrom.SNAPSHOT)
                .forEach(handler -> {
                    if (isOlder(facts, ServerVersion.WITH_SNAPSHOT_READS)) {
                        checks.add(Check.failure(
                                "snapshot for " + handler.spec().id(),
                                "The server cannot read at a time that it tells; that came with 5.0.",
                                "Use server 5.0 or later, or another startFrom at "
                                        + handler.spec().where() + "."));
                    }
                    if (handler.isAnsweredByServer()) {
                        checks.add(Check.failure(
                                "snapshot for " + handler.spec().id(),
                                "Its match is a filter that only the server answers, which it does for changes and not for the"
                                        + " documents that are read first.",
                                "Write it with operators that are evaluated in process, or use another startFrom at "
                                        + handler.spec().where("match") + "."));
                    }
                });
        return checks;
    }

    static Stream<HandlerSpec> handlers(StreamPlans plan) {
        return plan.streams().stream()
                .flatMap(stream -> stream.handlers().stream())
                .map(handler -> handler.spec());
    }

    static boolean needsImages(DocumentOptions documents) {
        return needsImageAfter(documents) || needsImageBefore(documents);
    }

    static boolean needsImageAfter(DocumentOptions documents) {
        return documents.fullDocument() == FullDocument.WHEN_AVAILABLE
                || documents.fullDocument() == FullDocument.REQUIRED;
    }

    static boolean needsImageBefore(DocumentOptions documents) {
        return documents.fullDocumentBeforeChange() == FullDocumentBeforeChange.WHEN_AVAILABLE
                || documents.fullDocumentBeforeChange() == FullDocumentBeforeChange.REQUIRED;
    }
}
