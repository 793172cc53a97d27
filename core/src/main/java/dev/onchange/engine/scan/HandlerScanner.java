package dev.onchange.engine.scan;

import dev.onchange.Placeholders;
import dev.onchange.engine.message.Message;
import dev.onchange.engine.scan.index.Packages;
import dev.onchange.inject.Instances;
import dev.onchange.problem.Problem;
import dev.onchange.status.Notice;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Finds handlers in packages, classes and objects. A handler with a problem does not keep other handlers from being
 * found. Methods count that carry {@code @OnChange}, once, repeatedly or by an annotation that carries it, and methods
 * that override or implement such a method. Immutable; safe for use by several threads if its placeholders and
 * instances are.
 */
public final class HandlerScanner {

    private static final Pattern PACKAGE_NAME = Pattern.compile("[\\w$]+(\\.[\\w$]+)*");

    private final ClassFinder finder;
    private final SourceReader reader;
    private final FunctionReader functions;

    /**
     * @param placeholders where the values of placeholders come from
     * @param defaultDatabase the database to watch where an annotation names none; empty if there is no default
     * @param instances asked whether they supply the classes of which no object was handed over
     */
    public HandlerScanner(Placeholders placeholders, String defaultDatabase, Instances instances) {
        this(placeholders, defaultDatabase, instances, new IndexFinder());
    }

    HandlerScanner(Placeholders placeholders, String defaultDatabase, Instances instances, ClassFinder finder) {
        this.finder = finder;
        this.reader = new SourceReader(new HandlerReader(placeholders, defaultDatabase), instances);
        this.functions = new FunctionReader(placeholders, defaultDatabase);
    }

    /**
     * The handlers of the classes in the packages and in the packages below them, whatever their visibility, without
     * classes that have no name or are declared in a block. Of an abstract class or an interface the handlers are
     * those of the classes that extend it. Classes are not initialized.
     *
     * @param loader what loads the classes; its parents are searched too
     * @param packages names of packages; one without any handler is a problem
     */
    public ScanResult packages(ClassLoader loader, String... packages) {
        Predicate<String> isName = PACKAGE_NAME.asMatchPredicate();
        List<Problem> misnamed = Arrays.stream(packages)
                .filter(isName.negate())
                .map(name -> Message.INVALID_PACKAGE.at("scan", name))
                .toList();
        List<String> names = Arrays.stream(packages).filter(isName).toList();
        ScanResult result = new ScanResult(List.of(), misnamed);
        return names.isEmpty() ? result : result.and(search(loader, finder.find(loader, new Packages(names)), names));
    }

    /**
     * The handlers of the classes of one jar or folder, whatever their packages; that there are none is no problem.
     *
     * @param loader what loads the classes of the jar or folder
     */
    public ScanResult root(ClassLoader loader, Path root) {
        return search(loader, finder.find(root), List.of());
    }

    /** The handlers of the classes; a class without any is a problem. */
    public ScanResult types(Class<?>... types) {
        return read(Arrays.stream(types).map(type -> new HandlerSource(type, null, FoundBy.TYPE)));
    }

    /**
     * The handlers of the objects, whose methods are then called; an object without any is a problem. Proxies of
     * containers have the handlers of the class or the interfaces that they stand for, and are called themselves. A
     * {@code Class} stands for an object to be supplied at start.
     */
    public ScanResult objects(Object... objects) {
        return read(Arrays.stream(objects).flatMap(HandlerScanner::sources));
    }

    /**
     * Whether the class has methods that count as handlers, sound or not; for containers that know their classes.
     *
     * @throws LinkageError if the class refers to one that is missing
     */
    public static boolean isHandlerClass(Class<?> type) {
        return !HandlerMethods.of(type).isEmpty();
    }

    /** The handlers of a class, called on an object of it or on a proxy of such an object. */
    public ScanResult object(Class<?> type, Object instance) {
        return reader.read(new HandlerSource(type, instance, FoundBy.OBJECT));
    }

    /** The handlers that were declared without an annotation, by the same rules. */
    public ScanResult functions(Collection<FunctionDeclaration> declared) {
        return ScanResult.all(declared.stream().map(functions::read));
    }

    private ScanResult search(ClassLoader loader, FoundClasses there, List<String> packages) {
        PackageSearch search = new PackageSearch(loader, there.classes());
        List<HandlerSource> sources = search.handlerClasses();
        ScanResult found = read(sources.stream());
        List<Notice> notices = new IndexNotices(there.index(), loader).of(sources);
        return found.and(new ScanResult(List.of(), search.problems(packages), notices));
    }

    private static Stream<HandlerSource> sources(Object object) {
        if (object instanceof Class<?> type) {
            return Stream.of(new HandlerSource(type, null, FoundBy.OBJECT));
        }
        List<Class<?>> types = Proxies.userClasses(object);
        List<Class<?>> useful = types.size() == 1
                ? types
                : types.stream()
                        .filter(type -> !HandlerMethods.of(type).isEmpty())
                        .toList();
        return useful.isEmpty()
                ? Stream.of(new HandlerSource(object.getClass(), object, FoundBy.OBJECT))
                : useful.stream().map(type -> new HandlerSource(type, object, FoundBy.OBJECT));
    }

    private ScanResult read(Stream<HandlerSource> sources) {
        return ScanResult.all(sources.map(reader::read));
    }
}
