package dev.onchange.cdi.arc;

import io.quarkus.arc.processor.BeanArchives;
import io.quarkus.arc.processor.BeanDefiningAnnotation;
import io.quarkus.arc.processor.BeanProcessor;
import io.quarkus.arc.processor.ResourceOutput.Resource;
import io.quarkus.arc.processor.bcextensions.ExtensionsEntryPoint;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.jboss.jandex.CompositeIndex;
import org.jboss.jandex.DotName;
import org.jboss.jandex.Index;
import org.jboss.jandex.IndexView;
import org.jboss.jandex.Indexer;

/** Generates a container as the build of a Quarkus program does: extensions run, beans that nobody uses are removed. */
final class ArcBuild {

    private static final ClassLoader LOADER = ArcBuild.class.getClassLoader();

    private ArcBuild() {}

    static void generate(Path folder, Class<?>... beans) throws Exception {
        Index application = index(Arrays.stream(beans).map(Class::getName));
        ExtensionsEntryPoint extensions = new ExtensionsEntryPoint();
        Set<String> added = new HashSet<>();
        extensions.runDiscovery(application, added);
        IndexView all =
                BeanArchives.buildImmutableBeanArchiveIndex(CompositeIndex.create(application, index(added.stream())));
        BeanProcessor.builder()
                .setName("program")
                .setImmutableBeanArchiveIndex(all)
                .setComputingBeanArchiveIndex(
                        BeanArchives.buildComputingBeanArchiveIndex(LOADER, new ConcurrentHashMap<>(), all))
                .setBuildCompatibleExtensions(extensions)
                .setRemoveUnusedBeans(true)
                .setAdditionalBeanDefiningAnnotations(
                        List.of(new BeanDefiningAnnotation(DotName.createSimple("jakarta.inject.Singleton"))))
                .setOutput(resource -> write(resource, folder))
                .build()
                .process();
    }

    private static void write(Resource resource, Path folder) throws IOException {
        if (resource.getType() == Resource.Type.JAVA_CLASS) {
            resource.writeTo(folder.toFile());
            return;
        }
        Path service = folder.resolve("META-INF/services")
                .resolve(Path.of(resource.getName()).getFileName().toString());
        Files.createDirectories(service.getParent());
        Files.write(service, resource.getData());
    }

    private static Index index(Stream<String> classes) throws IOException {
        Indexer indexer = new Indexer();
        for (String name : classes.toList()) {
            try (InputStream code = LOADER.getResourceAsStream(name.replace('.', '/') + ".class")) {
                indexer.index(Objects.requireNonNull(code));
            }
        }
        return indexer.complete();
    }
}
