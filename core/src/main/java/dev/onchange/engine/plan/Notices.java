package dev.onchange.engine.plan;

import com.mongodb.client.model.changestream.FullDocument;
import dev.onchange.Scope;
import dev.onchange.engine.match.notice.HandlerNotices;
import dev.onchange.engine.match.notice.HandlerUse;
import dev.onchange.engine.scan.HandlerSpec;
import dev.onchange.problem.ProblemCode;
import dev.onchange.status.Notice;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** Makes the notices of each handler: one small rule for each behaviour that may surprise its author. */
final class Notices {

    private Notices() {}

    /** @param known those of the last plan */
    static List<Notice> of(List<ParsedHandler> handlers, PlanOptions options, KnownNotices known) {
        int threads = options.threads();
        int further = ThreadShare.further(threads, concurrencies(handlers));
        List<ParsedHandler> sorted = handlers.stream()
                .sorted(Comparator.comparing(handler -> handler.spec().id()))
                .toList();
        List<List<Notice>> own = known.of(sorted, handler -> own(handler, options));
        List<Notice> notices = new ArrayList<>();
        for (int i = 0; i < sorted.size(); i++) {
            ParsedHandler handler = sorted.get(i);
            notices.addAll(own.get(i));
            int share = ThreadShare.of(handler.spec().concurrency(), further);
            if (share < handler.spec().concurrency()) {
                notices.add(fewerThreads(handler, share, threads));
            }
        }
        return notices;
    }

    /** Those that do not depend on other handlers. */
    private static List<Notice> own(ParsedHandler handler, PlanOptions options) {
        List<Notice> notices = new ArrayList<>();
        addUpdateOnly(handler, notices);
        addLookedUp(handler, notices);
        addOwnWrites(handler, notices);
        HandlerNotices.of(HandlerUse.of(handler.spec()), handler.match(), () -> options.fields(handler))
                .forEach(problem -> notices.add(Notice.of(problem)));
        return notices;
    }

    private static SortedMap<Integer, Integer> concurrencies(List<ParsedHandler> handlers) {
        SortedMap<Integer, Integer> counts = new TreeMap<>();
        handlers.forEach(handler -> counts.merge(handler.spec().concurrency(), 1, Integer::sum));
        return counts;
    }

    private static Notice fewerThreads(ParsedHandler handler, int share, int threads) {
        HandlerSpec spec = handler.spec();
        return new Notice(
                ProblemCode.FEWER_THREADS,
                spec.where("concurrency"),
                "Of the " + threads + " threads that there are for all handlers, this one may hold " + share
                        + " at a time, so calls that block are fewer at a time than its concurrency, "
                        + spec.concurrency() + ".",
                "Give the listeners an executor of more threads, or virtual ones; what returns a Publisher holds"
                        + " none while it waits.");
    }

    private static void addUpdateOnly(ParsedHandler handler, List<Notice> notices) {
        if (handler.names("update") && !handler.names("replace")) {
            notices.add(new Notice(
                    ProblemCode.UPDATES_UNDER_OTHER_NAMES,
                    handler.spec().where("operation"),
                    "An update written as an aggregation pipeline can arrive as replace, and an upsert that inserts"
                            + " arrives as insert.",
                    "Add replace, or insert, if such writes concern this handler."));
        }
    }

    private static void addLookedUp(ParsedHandler handler, List<Notice> notices) {
        if (handler.spec().documents().fullDocument() == FullDocument.UPDATE_LOOKUP) {
            notices.add(new Notice(
                    ProblemCode.LOOKED_UP_DOCUMENT,
                    handler.spec().where("fullDocument"),
                    "The document is read after the change: it can be newer than the change, and is null if it was"
                            + " deleted since.",
                    "Expect null, or use post-images (WHEN_AVAILABLE, server 6.0 and later)."));
        }
    }

    private static void addOwnWrites(ParsedHandler handler, List<Notice> notices) {
        HandlerSpec spec = handler.spec();
        if (spec.watched().scope() != Scope.COLLECTION) {
            notices.add(new Notice(
                    ProblemCode.OWN_WRITES,
                    spec.where(),
                    "Whatever this handler writes to " + spec.watched() + " is a change that reaches it again.",
                    "Write elsewhere, or leave its own writes out by operation or match."));
        }
    }
}
