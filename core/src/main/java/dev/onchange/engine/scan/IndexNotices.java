package dev.onchange.engine.scan;

import dev.onchange.engine.scan.index.Index;
import dev.onchange.problem.ProblemCode;
import dev.onchange.status.Notice;
import java.lang.reflect.Method;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Makes the notices about an index that does not fit the classes, or is missing though the annotation processor should
 * have run.
 */
final class IndexNotices {

    private static final String PROCESSOR = "dev/onchange/processor/OnChangeProcessor.class";

    private static final String REBUILD = "Compile everything anew with the annotation processor at work.";

    private final Index index;
    private final ClassLoader loader;

    IndexNotices(Index index, ClassLoader loader) {
        this.index = index;
        this.loader = loader;
    }

    /** About the handler classes of packages. */
    List<Notice> of(List<HandlerSource> sources) {
        List<Notice> notices = new ArrayList<>();
        new TreeMap<>(index.gone()).forEach((root, classes) -> notices.add(gone(root, classes)));
        byPlace(sources).forEach((place, classes) -> {
            if (place.hasIndex()) {
                notices.add(notIndexed(place.root(), classes));
            } else if (loader.getResource(PROCESSOR) != null) {
                notices.add(processorNotRun(place.root(), classes));
            }
        });
        return notices;
    }

    /** About methods that are no longer as they were when the code that calls them was generated. */
    static List<Notice> ofStale(HandlerSource source, List<HandlerMethod> methods, GeneratedMethods generated) {
        String stale = methods.stream()
                .map(HandlerMethod::method)
                .filter(generated::isStaleFor)
                .map(Method::getName)
                .collect(Collectors.joining(", "));
        return stale.isEmpty()
                ? List.of()
                : List.of(new Notice(
                        ProblemCode.STALE_INDEX,
                        source.type().getName(),
                        "The class was changed without the annotation processor: what it generated does not know "
                                + stale + " as it is now, so this is called by reflection.",
                        REBUILD));
    }

    /** About a class that has no handlers any more. */
    static Notice ofNone(HandlerSource source) {
        return new Notice(
                ProblemCode.STALE_INDEX,
                source.type().getName(),
                "The class was changed without the annotation processor: the index says that it has handlers, and it has"
                        + " none.",
                REBUILD);
    }

    private Map<Index.Place, List<String>> byPlace(List<HandlerSource> sources) {
        Map<Index.Place, List<String>> byPlace = new LinkedHashMap<>();
        for (HandlerSource source : sources) {
            String name = source.type().getName();
            Optional<Index.Place> place = source.foundBy() == FoundBy.SCAN ? index.placeOf(name) : Optional.empty();
            place.ifPresent(known ->
                    byPlace.computeIfAbsent(known, any -> new ArrayList<>()).add(name));
        }
        return byPlace;
    }

    private static Notice gone(Path root, Collection<String> classes) {
        return new Notice(
                ProblemCode.STALE_INDEX,
                root.toString(),
                "The index names classes with handlers that are no longer there: " + String.join(", ", classes) + ".",
                REBUILD);
    }

    private static Notice notIndexed(Path root, List<String> classes) {
        return new Notice(
                ProblemCode.STALE_INDEX,
                root.toString(),
                "Part of it was compiled without the annotation processor: the index lacks "
                        + String.join(", ", classes) + ", found by scanning.",
                REBUILD);
    }

    private static Notice processorNotRun(Path root, List<String> classes) {
        return new Notice(
                ProblemCode.PROCESSOR_NOT_RUN,
                root.toString(),
                "The annotation processor is on the class path but did not run: nothing was checked by the compiler, and "
                        + String.join(", ", classes)
                        + " had to be found by scanning. From JDK 23 on, javac runs no processor that is merely on the"
                        + " class path.",
                "Name onchange-processor in annotationProcessorPaths (Maven) or annotationProcessor (Gradle), or compile"
                        + " with -proc:full.");
    }
}
