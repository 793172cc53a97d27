package dev.onchange.engine.plan;

import dev.onchange.Plan;
import dev.onchange.engine.scan.HandlerSpec;
import dev.onchange.status.ClusterStatus;
import dev.onchange.status.Notice;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * All change streams that will be opened, and the handlers of each.
 *
 * @param streams in the order in which they are opened
 * @param notices what may surprise the authors of the handlers
 */
public record StreamPlans(List<StreamPlan> streams, List<Notice> notices) {

    public StreamPlans {
        streams = List.copyOf(streams);
        notices = List.copyOf(notices);
    }

    /** A plan without notices. */
    public StreamPlans(List<StreamPlan> streams) {
        this(streams, List.of());
    }

    /** The same with further notices, those first. */
    public StreamPlans with(List<Notice> further) {
        return new StreamPlans(
                streams, Stream.concat(further.stream(), notices.stream()).toList());
    }

    /** The same with some of the notices. */
    public StreamPlans withNotices(Predicate<Notice> which) {
        return new StreamPlans(streams, notices.stream().filter(which).toList());
    }

    /** Whether it feeds these handlers and no others. */
    public boolean isFor(Collection<HandlerSpec> handlers) {
        Map<String, HandlerSpec> fed = new HashMap<>();
        streams.forEach(stream ->
                stream.handlers().forEach(handler -> fed.put(handler.spec().id(), handler.spec())));
        return fed.size() == handlers.size()
                // The same object, as a rule: it takes some time to compare whole handlers.
                && handlers.stream().allMatch(handler -> Objects.equals(handler, fed.get(handler.id())));
    }

    /** What users are shown: without handlers, so that it holds no class of theirs. */
    public Plan view() {
        return new Plan(streams.stream().map(StreamPlan::view).toList(), notices, ClusterStatus.NONE);
    }

    /** Scope, options, pipeline and handlers of each stream, and the notices, for people. */
    @Override
    public String toString() {
        return view().toString();
    }
}
