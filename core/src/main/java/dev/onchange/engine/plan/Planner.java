package dev.onchange.engine.plan;

import com.mongodb.client.model.changestream.FullDocument;
import com.mongodb.client.model.changestream.FullDocumentBeforeChange;
import dev.onchange.engine.scan.DocumentOptions;
import dev.onchange.engine.scan.HandlerSpec;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.bson.BsonDocument;

/**
 * Groups handlers into as few change streams as possible. Safe for use by several threads; the same handlers in another
 * order give the same plan. Remembers how the filters of its last plan were parsed, and its notices.
 *
 * <p>A handler of one collection that shares a stream on the database receives what a stream on the collection would
 * send, but for {@code invalidate}: where a collection is dropped or renamed, a wider stream goes on. A handler that
 * names {@code invalidate} therefore keeps to a stream on its own scope.
 */
public final class Planner {

    private final PlanOptions options;
    private final StreamGrouping groups;
    private final ServerFilter filter;
    private final FilterCache cache;
    private final KnownNotices notices;

    /** @param options what planning depends on besides the handlers */
    public Planner(PlanOptions options) {
        this(options, new FilterCache(), new KnownNotices());
    }

    private Planner(PlanOptions options, FilterCache cache, KnownNotices notices) {
        this.cache = cache;
        this.notices = notices;
        this.options = options;
        this.groups = new StreamGrouping(options);
        this.filter = new ServerFilter(options.internal());
    }

    /** One that plans with other options and remembers the same; it reads payload types in the same way. */
    public Planner with(PlanOptions others) {
        return new Planner(others, cache, notices);
    }

    /**
     * Plans the streams for the handlers whose filters and pipelines are sound; handlers with problems are left out.
     */
    public PlanResult plan(List<HandlerSpec> handlers) {
        ParsedHandlers parsed = new ParsedHandlers(handlers, cache.use());
        List<StreamPlan> streams = new ArrayList<>();
        Set<String> names = new HashSet<>();
        for (StreamGroup group : groups.of(parsed.sound())) {
            List<BsonDocument> pipeline = filter.of(group);
            String name = name(group);
            streams.add(new StreamPlan(
                    names.add(name)
                            ? name
                            : name + " of " + group.members().get(0).spec().id(),
                    group.scope(),
                    group.documents(),
                    pipeline,
                    Fingerprint.of(
                            group.scope(),
                            group.documents(),
                            pipeline,
                            group.members().get(0).spec().stream().collation()),
                    group.members().stream().map(ParsedHandler::planned).toList(),
                    group.reason()));
        }
        return new PlanResult(
                new StreamPlans(streams, Notices.of(parsed.sound(), options, notices)), parsed.problems());
    }

    private String name(StreamGroup group) {
        StringBuilder name = new StringBuilder(group.scope().toString());
        DocumentOptions documents = group.documents();
        if (documents.fullDocument() != FullDocument.DEFAULT) {
            name.append(" fullDocument=").append(documents.fullDocument().getValue());
        }
        if (documents.fullDocumentBeforeChange() != FullDocumentBeforeChange.DEFAULT) {
            name.append(" fullDocumentBeforeChange=")
                    .append(documents.fullDocumentBeforeChange().getValue());
        }
        if (documents.expandedEvents()) {
            name.append(" expandedEvents");
        }
        String first = group.members().get(0).spec().id();
        if (group.answeredByServer() || options.apart().contains(first)) {
            name.append(" for ").append(first);
        }
        return name.toString();
    }
}
