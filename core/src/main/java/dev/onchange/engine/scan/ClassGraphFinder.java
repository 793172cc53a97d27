package dev.onchange.engine.scan;

import io.github.classgraph.AnnotationInfo;
import io.github.classgraph.ClassGraph;
import io.github.classgraph.ClassInfo;
import io.github.classgraph.ScanResult;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Lists classes with ClassGraph; nothing else knows of it. */
final class ClassGraphFinder {

    /** All classes in the packages that the loader and its parents load, but for those of some jars and folders. */
    List<FoundClass> find(ClassLoader loader, List<String> packages, Set<Path> without) {
        ClassGraph classGraph = seenFrom(loader, new ClassGraph())
                .acceptPackages(packages.toArray(String[]::new))
                .filterClasspathElementsByURL(url -> !isOneOf(without, url));
        return find(classGraph);
    }

    /** All classes of one jar or folder. */
    List<FoundClass> find(Path root) {
        return find(new ClassGraph().overrideClasspath(root));
    }

    private static List<FoundClass> find(ClassGraph classGraph) {
        classGraph
                .enableClassInfo()
                .enableMethodInfo()
                .enableAnnotationInfo()
                .enableExternalClasses()
                .ignoreClassVisibility()
                .ignoreMethodVisibility()
                .disableRuntimeInvisibleAnnotations();
        try (ScanResult result = classGraph.scan()) {
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

    private static boolean isOneOf(Set<Path> roots, URL url) {
        try {
            return "file".equals(url.getProtocol())
                    && roots.contains(Path.of(url.toURI()).toAbsolutePath().normalize());
        } catch (URISyntaxException | IllegalArgumentException e) {
            return false;
        }
    }

    private static FoundClass found(ClassInfo info) {
        return new FoundClass(info.getName(), kind(info), parents(info), methodAnnotations(info));
    }

    private static FoundClass.Kind kind(ClassInfo info) {
        if (info.isAnnotation()
                || info.isAnonymousInnerClass()
                || info.getFullyQualifiedDefiningMethodName() != null
                || isOfKotlinsDefaults(info)) {
            return FoundClass.Kind.UNNAMEABLE;
        }
        return info.isAbstract() || info.isInterface() ? FoundClass.Kind.ABSTRACT : FoundClass.Kind.CONCRETE;
    }

    private static boolean isOfKotlinsDefaults(ClassInfo info) {
        return KotlinMethods.isOfDefaults(info.getName())
                && info.getOuterClasses().stream().anyMatch(ClassInfo::isInterface);
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
