package dev.onchange.engine.plan;

import dev.onchange.engine.scan.HandlerSpec;
import dev.onchange.status.Notice;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * The notices of the handlers of the last plan: the next one costs by what has changed. Holds no handler, so that no class of an
 * unregistered one is kept. Safe for use by several threads.
 */
final class KnownNotices {

    private record Known(WeakReference<HandlerSpec> handler, List<Notice> notices) {}

    private volatile Map<String, Known> last = Map.of();

    /** Those of each handler, in their order, and of no others the next time. */
    List<List<Notice>> of(List<ParsedHandler> handlers, Function<ParsedHandler, List<Notice>> first) {
        Map<String, Known> before = last;
        Map<String, Known> present = new HashMap<>();
        List<List<Notice>> notices = new ArrayList<>(handlers.size());
        for (ParsedHandler handler : handlers) {
            HandlerSpec spec = handler.spec();
            Known known = before.get(spec.id());
            Known now = known != null && known.handler().refersTo(spec)
                    ? known
                    : new Known(new WeakReference<>(spec), first.apply(handler));
            present.put(spec.id(), now);
            notices.add(now.notices());
        }
        last = present;
        return notices;
    }
}
