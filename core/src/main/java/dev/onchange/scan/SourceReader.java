package dev.onchange.scan;

import dev.onchange.OnChangeException;
import dev.onchange.inject.Instances;
import dev.onchange.problem.Message;
import dev.onchange.problem.Problem;
import dev.onchange.scan.rule.ReturnTypes;
import java.lang.reflect.MalformedParameterizedTypeException;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
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

    Scanned read(Source source) {
        try {
            List<HandlerMethod> methods = HandlerMethods.of(source.type());
            return methods.isEmpty() ? none(source) : read(source, methods);
        } catch (LinkageError | TypeNotPresentException | MalformedParameterizedTypeException e) {
            return refused(Message.UNREADABLE_CLASS.at(source.type().getName(), e));
        }
    }

    /** Nobody but the index may have said that it has some. */
    private static Scanned none(Source source) {
        return source.foundBy() == FoundBy.INDEX
                ? new Scanned(List.of(), List.of(), List.of(IndexNotices.ofNone(source)))
                : refused(Message.NO_HANDLERS_IN_CLASS.at(source.type().getName()));
    }

    private Scanned read(Source source, List<HandlerMethod> methods) {
        List<Problem> unsupplied = unsupplied(source, methods);
        Scanned all = new Scanned(List.of(), unsupplied);
        GeneratedMethods generated = GeneratedMethods.of(source.type());
        for (HandlerMethod method : methods) {
            all = all.and(read(method, look(source, method, generated)));
        }
        all = all.and(new Scanned(List.of(), List.of(), IndexNotices.ofStale(source, methods, generated)));
        return unsupplied.isEmpty() ? all : new Scanned(List.of(), all.problems(), all.notices());
    }

    private Scanned read(HandlerMethod method, FoundMethod found) {
        List<Problem> ofMethod = new ArrayList<>(found.problems());
        ofMethod.addAll(found.signature().problems());
        ofMethod.addAll(nameless(found.source(), method));
        Scanned all = new Scanned(List.of(), ofMethod);
        for (Declared declared : method.declared()) {
            all = all.and(handlers.read(declared, found));
        }
        return ofMethod.isEmpty() ? all : new Scanned(List.of(), all.problems());
    }

    private static FoundMethod look(Source source, HandlerMethod method, GeneratedMethods generated) {
        MethodAccess access = MethodAccess.to(method.method(), source);
        Signature signature = SignatureReader.read(source.type(), method.method(), source.where(method.method()));
        return new FoundMethod(
                source,
                access.method(),
                signature,
                generated.callOf(access.method()),
                Stream.concat(Stream.ofNullable(access.problem()), unawaited(source, method.method()))
                        .toList());
    }

    private static Stream<Problem> unawaited(Source source, Method method) {
        if (ReturnTypes.areForgotten(method.getReturnType())) {
            return Stream.of(Message.RETURN_NOT_AWAITED.at(
                    source.where(method), method.getGenericReturnType().getTypeName()));
        }
        List<String> returned = ReturnTypes.ancestors(method.getReturnType())
                .map(Class::getName)
                .toList();
        return ReturnTypes.leavingWorkBehind(annotations(source, method), returned)
                .map(name -> Message.ASYNCHRONOUS_METHOD.at(source.where(method), name))
                .stream();
    }

    private static Set<String> annotations(Source source, Method method) {
        Set<String> names = new HashSet<>();
        Annotations.collect(method, names);
        ReturnTypes.ancestors(source.type()).forEach(type -> Annotations.collect(type, names));
        return names;
    }

    /** Where the default id would not do. */
    private static List<Problem> nameless(Source source, HandlerMethod method) {
        String where = source.where(method.method());
        List<Declared> declared = method.declared();
        long withoutId = declared.stream()
                .filter(each ->
                        each.value("id", String.class, each.annotation().id()).isEmpty())
                .count();
        if (withoutId > 1) {
            return List.of(Message.REPEATED_WITHOUT_ID.at(where, declared.size(), withoutId));
        }
        return withoutId == 1 && source.type().isAnonymousClass()
                ? List.of(Message.ANONYMOUS_WITHOUT_ID.at(where))
                : List.of();
    }

    /** Why nothing supplies the object to call, if it has not been handed over. */
    private List<Problem> unsupplied(Source source, List<HandlerMethod> methods) {
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

    private static Scanned refused(Problem problem) {
        return new Scanned(List.of(), List.of(problem));
    }
}
