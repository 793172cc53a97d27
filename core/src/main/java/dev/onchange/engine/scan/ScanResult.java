package dev.onchange.engine.scan;

import dev.onchange.problem.Problem;
import dev.onchange.problem.ProblemCode;
import dev.onchange.status.Notice;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The result of a search for handlers.
 *
 * @param handlers the handlers that are sound so far
 * @param problems the problems of the handlers that are not sound
 * @param notices what may surprise about how they were found
 */
public record ScanResult(List<HandlerSpec> handlers, List<Problem> problems, List<Notice> notices) {

    public ScanResult {
        handlers = List.copyOf(handlers);
        problems = List.copyOf(problems);
        notices = List.copyOf(notices);
    }

    /** A result without notices. */
    public ScanResult(List<HandlerSpec> handlers, List<Problem> problems) {
        this(handlers, problems, List.of());
    }

    /** Whether nothing is wrong with what was found, and all of it is switched off. */
    public boolean isSwitchedOff() {
        return handlers.isEmpty()
                && problems.isEmpty()
                && notices.stream().anyMatch(notice -> notice.code() == ProblemCode.HANDLER_SWITCHED_OFF);
    }

    /** Both together, this first. */
    public ScanResult and(ScanResult other) {
        return all(Stream.of(this, other));
    }

    /** All together, in their order, each copied once. */
    static ScanResult all(Stream<ScanResult> finds) {
        List<HandlerSpec> handlers = new ArrayList<>();
        List<Problem> problems = new ArrayList<>();
        List<Notice> notices = new ArrayList<>();
        finds.forEachOrdered(find -> {
            handlers.addAll(find.handlers);
            problems.addAll(find.problems);
            notices.addAll(find.notices);
        });
        return new ScanResult(handlers, problems, notices);
    }

    /**
     * The whole, when everything has been found: handlers of a class of which an object was handed over are called on
     * that object alone, what was found twice counts once, and ids that several handlers have are a problem.
     */
    public ScanResult whole() {
        Set<Class<?>> handedOver = handlers.stream()
                .filter(handler -> isHandedOver(handler.target()))
                .map(handler -> ((HandlerTarget.OfMethod) handler.target()).type())
                .collect(Collectors.toSet());
        List<HandlerSpec> once = new ArrayList<>();
        // By their ids, as it takes some time to compare whole handlers.
        Map<String, List<HandlerSpec>> known = new HashMap<>();
        for (HandlerSpec handler : handlers) {
            List<HandlerSpec> alike = known.computeIfAbsent(handler.id(), id -> new ArrayList<>(1));
            boolean replaced = handler.target() instanceof HandlerTarget.OfMethod target
                    && target.instance() == null
                    && handedOver.contains(target.type());
            if (!replaced && alike.stream().noneMatch(other -> isSame(other, handler))) {
                alike.add(handler);
                once.add(handler);
            }
        }
        return new ScanResult(once, problems, notices).withUniqueIds();
    }

    /** Whether they are one, however they were found. */
    private static boolean isSame(HandlerSpec one, HandlerSpec other) {
        return one.foundBy(FoundBy.SCAN).equals(other.foundBy(FoundBy.SCAN));
    }

    /** The same; ids that several handlers have are a problem. */
    public ScanResult withUniqueIds() {
        return and(new ScanResult(List.of(), Duplicates.in(handlers)));
    }

    private static boolean isHandedOver(HandlerTarget target) {
        return target instanceof HandlerTarget.OfMethod method && method.instance() != null;
    }
}
