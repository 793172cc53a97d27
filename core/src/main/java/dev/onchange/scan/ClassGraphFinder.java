package dev.onchange.scan;

import io.github.classgraph.AnnotationInfo;
import io.github.classgraph.ClassGraph;
import io.github.classgraph.ClassInfo;
import io.github.classgraph.ScanResult;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Lists classes with ClassGraph; nothing else knows of it. */
final class ClassGraphFinder implements ClassFinder {

    @Override
    public List<FoundClass> find(ClassLoader loader, List<String> packages) {
        ClassGraph classGraph = new ClassGraph()
                .acceptPackages(packages.toArray(String[]::new))
                .enableClassInfo()
                .enableMethodInfo()
                .enableAnnotationInfo()
                .enableExternalClasses()
                .ignoreClassVisibility()
                .ignoreMethodVisibility()
                .disableRuntimeInvisibleAnnotations();
        try (ScanResult result = seenFrom(loader, classGraph).scan()) {
            return result.getAllClasses().stream()
                    .filter(info -> !info.isExternalClass())
                    .map(ClassGraphFinder::found)
                    .toList();
        }
    }

    /** With overridden loaders ClassGraph looks into no named module, and those of an application are in the system loader. */
    private static ClassGraph seenFrom(ClassLoader loader, ClassGraph classGraph) {
        return loader == ClassLoader.getSystemClassLoader()
                ? classGraph.addClassLoader(loader)
                : classGraph.overrideClassLoaders(loader);
    }

    private static FoundClass found(ClassInfo info) {
        return new FoundClass(info.getName(), kind(info), parents(info), methodAnnotations(info));
    }

    private static FoundClass.Kind kind(ClassInfo info) {
        if (info.isAnnotation() || info.isAnonymousInnerClass() || info.getFullyQualifiedDefiningMethodName() != null) {
            return FoundClass.Kind.UNNAMEABLE;
        }
        return info.isAbstract() || info.isInterface() ? FoundClass.Kind.ABSTRACT : FoundClass.Kind.CONCRETE;
    }

    private static List<String> parents(ClassInfo info) {
        return Stream.concat(Stream.ofNullable(info.getSuperclass()), info.getInterfaces().stream())
                .map(ClassInfo::getName)
                .toList();
    }

    private static Set<String> methodAnnotations(ClassInfo info) {
        return info.getDeclaredMethodInfo().stream()
                .flatMap(method -> method.getAnnotationInfo().directOnly().stream())
                .map(AnnotationInfo::getName)
                .collect(Collectors.toSet());
    }
}
