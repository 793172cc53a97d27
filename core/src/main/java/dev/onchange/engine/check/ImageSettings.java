package dev.onchange.engine.check;

import com.mongodb.client.model.changestream.FullDocument;
import com.mongodb.client.model.changestream.FullDocumentBeforeChange;
import dev.onchange.Scope;
import dev.onchange.engine.plan.StreamPlans;
import dev.onchange.engine.scan.DocumentOptions;
import dev.onchange.engine.scan.HandlerSpec;
import dev.onchange.engine.scan.rule.Names;
import dev.onchange.status.Check;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Whether collections record the images before and after a change for the handlers that ask for them. */
final class ImageSettings {

    private static final Set<String> WITH_IMAGE_BEFORE = Set.of("update", "replace", "delete");

    /** Databases read at a time: reading collections is quick, and the pool may be small. */
    private static final int CONCURRENCY = 4;

    private final ServerQuestions server;

    ImageSettings(ServerQuestions server) {
        this.server = server;
    }

    Mono<List<Check>> check(StreamPlans plan) {
        List<HandlerSpec> handlers =
                FeatureRules.handlers(plan).filter(ImageSettings::needsImages).toList();
        return databases(handlers)
                .distinct()
                .flatMap(name -> server.collections(name).map(answer -> Map.entry(name, answer)), CONCURRENCY)
                .collectMap(Map.Entry::getKey, Map.Entry::getValue)
                .map(answers -> handlers.stream()
                        .map(handler -> ImageRules.check(handler, isRequired(handler.documents()), answers))
                        .toList());
    }

    /** For the deployment, all databases that the account sees. */
    private Flux<String> databases(List<HandlerSpec> handlers) {
        return Flux.fromIterable(handlers)
                .flatMap(handler -> handler.watched().scope() == Scope.DEPLOYMENT
                        ? server.databases().filter(name -> !Names.isOfServer(name))
                        : Flux.just(handler.watched().database()));
    }

    /** Only the operations whose image the server has to have recorded. */
    private static boolean needsImages(HandlerSpec handler) {
        Set<String> operations = handler.operations();
        boolean all = operations.isEmpty();
        return (FeatureRules.needsImageAfter(handler.documents()) && (all || operations.contains("update")))
                || (FeatureRules.needsImageBefore(handler.documents())
                        && (all || !Collections.disjoint(operations, WITH_IMAGE_BEFORE)));
    }

    private static boolean isRequired(DocumentOptions documents) {
        return documents.fullDocument() == FullDocument.REQUIRED
                || documents.fullDocumentBeforeChange() == FullDocumentBeforeChange.REQUIRED;
    }
}
