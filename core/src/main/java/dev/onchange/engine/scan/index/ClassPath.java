package dev.onchange.engine.scan.index;

import java.io.File;
import java.lang.module.ModuleReference;
import java.lang.module.ResolvedModule;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.FileSystemNotFoundException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The jars and folders from which a class loader and its parents load classes, named modules among them, without the jars
 * that their manifests name.
 *
 * @param paths in the order of the class path
 * @param whole whether these are all: there may be loaders and modules whose places cannot be listed
 */
record ClassPath(List<Path> paths, boolean whole) {

    private static final String APPLICATION_LOADER = "jdk.internal.loader.ClassLoaders$AppClassLoader";

    static ClassPath of(ClassLoader loader) {
        Set<Path> paths = new LinkedHashSet<>();
        boolean whole = true;
        for (@Nullable ClassLoader each = loader; each != null; each = each.getParent()) {
            if (each == ClassLoader.getPlatformClassLoader()) {
                break;
            }
            whole &= add(each, paths);
        }
        return new ClassPath(List.copyOf(paths), whole);
    }

    /** What a manifest's {@code Class-Path} names, relative to the jar. */
    static List<Path> named(String classPath, Path jar) {
        List<Path> paths = new ArrayList<>();
        for (String reference : classPath.strip().split(" +", -1)) {
            Path path = path(jar.toUri().resolve(reference));
            if (path != null) {
                paths.add(path);
            }
        }
        return paths;
    }

    private static boolean add(ClassLoader loader, Set<Path> paths) {
        if (loader.getClass().getName().equals(APPLICATION_LOADER)) {
            String classPath = System.getProperty("java.class.path", "");
            // Empty, it is the working directory, unless a module has the main class: then there is none.
            if (!classPath.isEmpty() || System.getProperty("jdk.module.main") == null) {
                for (String path : classPath.split(File.pathSeparator, -1)) {
                    paths.add(Path.of(path).toAbsolutePath().normalize());
                }
            }
            return addModules(loader, paths);
        }
        return loader instanceof URLClassLoader urls && addAll(urls.getURLs(), paths);
    }

    private static boolean addModules(ClassLoader loader, Set<Path> paths) {
        boolean whole = true;
        for (ResolvedModule module : ModuleLayer.boot().configuration().modules()) {
            if (ModuleLayer.boot().findLoader(module.name()) == loader && !isOfJdk(module.reference())) {
                Path path = module.reference().location().map(ClassPath::path).orElse(null);
                if (path == null || isPatched(module.reference())) {
                    whole = false;
                } else {
                    paths.add(path);
                }
            }
        }
        return whole;
    }

    private static boolean isOfJdk(ModuleReference module) {
        return module.location().map(URI::getScheme).filter("jrt"::equals).isPresent();
    }

    /** Its classes lie in other places, too ({@code --patch-module}), which nothing but this text tells. */
    private static boolean isPatched(ModuleReference module) {
        return module.toString().contains("(patched)");
    }

    private static boolean addAll(URL[] urls, Set<Path> paths) {
        boolean whole = true;
        for (URL url : urls) {
            Path path = path(url);
            whole &= path != null;
            if (path != null) {
                paths.add(path);
            }
        }
        return whole;
    }

    private static @Nullable Path path(URL url) {
        if (isPlain(url)) {
            return new File(url.getPath()).toPath().toAbsolutePath().normalize();
        }
        try {
            return path(url.toURI());
        } catch (URISyntaxException e) {
            return null;
        }
    }

    /** Nearly all are, and parsing each as a URI takes longer than all else that is done with it. */
    private static boolean isPlain(URL url) {
        return "file".equals(url.getProtocol())
                && url.getHost().isEmpty()
                && url.getQuery() == null
                && url.getRef() == null
                && url.getPath().indexOf('%') < 0;
    }

    private static @Nullable Path path(URI uri) {
        try {
            return "file".equals(uri.getScheme())
                    ? Path.of(uri).toAbsolutePath().normalize()
                    : null;
        } catch (IllegalArgumentException | FileSystemNotFoundException e) {
            return null;
        }
    }
}
