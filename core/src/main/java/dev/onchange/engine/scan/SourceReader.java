package dev.onchange.engine.scan;

import dev.onchange.OnChangeException;
import dev.onchange.engine.message.Message;
import dev.onchange.engine.scan.rule.ReturnTypes;
import dev.onchange.inject.Instances;
import dev.onchange.problem.Problem;
import dev.onchange.problem.ProblemCode;
import java.lang.reflect.MalformedParameterizedTypeException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Reads all handlers of a class. */
final class SourceReader {

    private final HandlerReader handlers;
    private final Instances instances;

    SourceReader(HandlerReader handlers, Instances instances) {
        this.handlers = handlers;
        this.instances = instances;
    }

    ScanResult read(HandlerSource source) {
        try {
            List<HandlerMethod> methods = HandlerMethods.of(source.type());
            return methods.isEmpty() ? none(source) : read(source, methods);
        } catch (LinkageError | TypeNotPresentException | MalformedParameterizedTypeException e) {
            return refused(Message.UNREADABLE_CLASS.at(source.type().getName(), e));
        }
    }

    /** Only where the index says that the class has handlers may it have none. */
    private static ScanResult none(HandlerSource source) {
        return source.foundBy() == FoundBy.INDEX
                ? new ScanResult(List.of(), List.of(), List.of(IndexNotices.ofNone(source)))
                : refused(Message.NO_HANDLERS_IN_CLASS.at(source.type().getName()));
    }

    private ScanResult read(HandlerSource source, List<HandlerMethod> methods) {
        List<Problem> unsupplied = unsupplied(source, methods);
        GeneratedMethods generated = GeneratedMethods.of(source.type());
        Set<String> ofType = annotations(source);
        List<ScanResult> found = new ArrayList<>(methods.size() + 2);
        found.add(new ScanResult(List.of(), unsupplied));
        HandlerReader reader = handlers.ofOneClass();
        for (HandlerMethod method : methods) {
            found.add(read(reader, method, look(source, method, generated, ofType)));
        }
        found.add(new ScanResult(List.of(), List.of(), IndexNotices.ofStale(source, methods, generated)));
        ScanResult all = ScanResult.all(found.stream());
        return unsupplied.isEmpty()
                ? all
                : new ScanResult(List.of(), withoutOpenTypes(source.type(), all.problems()), all.notices());
    }

    /** What a type parameter of an abstract class stands for is said by the class below it, which is what is missing. */
    private static List<Problem> withoutOpenTypes(Class<?> type, List<Problem> problems) {
        boolean open = Modifier.isAbstract(type.getModifiers()) && type.getTypeParameters().length > 0;
        return open
                ? problems.stream()
                        .filter(problem -> problem.code() != ProblemCode.UNSUPPLIED_PARAMETER)
                        .toList()
                : problems;
    }

    private static ScanResult read(HandlerReader handlers, HandlerMethod method, FoundMethod found) {
        List<Problem> ofMethod = new ArrayList<>(found.problems());
        ofMethod.addAll(found.signature().problems());
        ofMethod.addAll(nameless(found.source(), method));
        if (ofMethod.isEmpty() && method.declared().size() == 1) {
            return handlers.read(method.declared().get(0), found);
        }
        ScanResult all = ScanResult.all(Stream.concat(
                Stream.of(new ScanResult(List.of(), ofMethod)),
                method.declared().stream().map(declared -> handlers.read(declared, found))));
        return ofMethod.isEmpty() ? all : new ScanResult(List.of(), all.problems());
    }

    /** @param ofType the annotations of the class */
    private static FoundMethod look(
            HandlerSource source, HandlerMethod method, GeneratedMethods generated, Set<String> ofType) {
        MethodAccess access = MethodAccess.to(method.method(), source);
        Signature signature = SignatureReader.read(source.type(), method.method(), source.where(method.method()));
        List<Problem> problems = new ArrayList<>();
        if (access.problem() != null) {
            problems.add(access.problem());
        }
        unawaited(source, method.method(), ofType).ifPresent(problems::add);
        return new FoundMethod(source, access.method(), signature, generated.callOf(access.method()), problems);
    }

    private static Optional<Problem> unawaited(HandlerSource source, Method method, Set<String> ofType) {
        List<String> returned = ReturnTypes.names(method.getReturnType());
        if (ReturnTypes.areForgotten(returned)) {
            return Optional.of(Message.RETURN_NOT_AWAITED.at(
                    source.where(method), method.getGenericReturnType().getTypeName()));
        }
        Set<String> annotations = new HashSet<>(ofType);
        Annotations.collect(method, annotations);
        return ReturnTypes.leavingWorkBehind(annotations, returned)
                .map(name -> Message.ASYNCHRONOUS_METHOD.at(source.where(method), name));
    }

    private static Set<String> annotations(HandlerSource source) {
        Set<String> names = new HashSet<>();
        ReturnTypes.ancestors(source.type()).forEach(type -> Annotations.collect(type, names));
        return names;
    }

    /** Where the default id would not do. */
    private static List<Problem> nameless(HandlerSource source, HandlerMethod method) {
        String where = source.where(method.method());
        List<AnnotationDeclaration> declared = method.declared();
        int withoutId = 0;
        for (AnnotationDeclaration each : declared) {
            withoutId += each.value("id", String.class, each.annotation().id()).isEmpty() ? 1 : 0;
        }
        if (withoutId > 1) {
            return List.of(Message.REPEATED_WITHOUT_ID.at(where, declared.size(), withoutId));
        }
        return withoutId == 1 && source.type().isAnonymousClass()
                ? List.of(Message.ANONYMOUS_WITHOUT_ID.at(where))
                : List.of();
    }

    /** Why nothing supplies the object to call, if it has not been handed over. */
    private List<Problem> unsupplied(HandlerSource source, List<HandlerMethod> methods) {
        if (source.instance() != null) {
            return List.of();
        }
        String where = methods.stream()
                .map(method -> source.where(method.method()))
                .distinct()
                .collect(Collectors.joining(", "));
        try {
            instances.providerOf(source.type());
            return List.of();
        } catch (OnChangeException e) {
            return e.problems().stream()
                    .map(problem -> new Problem(problem.code(), where, problem.what(), problem.todo()))
                    .toList();
        } catch (RuntimeException e) {
            return List.of(Message.NOT_SUPPLIED.at(where, e));
        }
    }

    private static ScanResult refused(Problem problem) {
        return new ScanResult(List.of(), List.of(problem));
    }
}
