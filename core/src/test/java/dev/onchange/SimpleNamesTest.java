package dev.onchange;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class SimpleNamesTest {

    private static final Path ROOT = Path.of("..");

    @Test
    void no_two_classes_of_what_is_published_have_one_simple_name() throws IOException {
        try (Stream<Path> sources = Stream.of("core", "core/local-mongo", "core/testing", "processor")
                .map(module -> ROOT.resolve(module).resolve("src/main/java"))
                .flatMap(SimpleNamesTest::javaFiles)) {
            var byName = sources.collect(
                    Collectors.groupingBy(file -> file.getFileName().toString(), Collectors.toList()));
            List.of("package-info.java", "module-info.java").forEach(byName::remove);

            assertThat(byName).containsKeys("OnChange.java", "OnChangeProcessor.java", "LocalMongo.java");
            assertThat(byName.values()).allSatisfy(files -> assertThat(files).hasSize(1));
        }
    }

    private static Stream<Path> javaFiles(Path folder) {
        try {
            return Files.walk(folder).filter(file -> file.toString().endsWith(".java"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
