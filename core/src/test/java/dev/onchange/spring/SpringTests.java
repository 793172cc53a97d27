package dev.onchange.spring;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/**
 * The tests with Spring, in one fork: spread over all of them, they load and warm up Spring in each. Surefire runs none of
 * the others of this package by itself, unless {@code -Dtest} names it.
 */
class SpringTests {

    @Nested
    class BootSettings extends BootSettingsTest {}

    @Nested
    class ListenersInContext extends ListenersInContextTest {}

    @Nested
    class Metadata extends MetadataTest {}

    @Nested
    class MicrometerInContext extends MicrometerInContextTest {}

    @Nested
    class ParentContexts extends ParentContextsTest {}

    @Nested
    class ReactiveConsole extends ReactiveConsoleTest {}

    @Nested
    class SpringDataPayloads extends SpringDataPayloadsTest {}

    @Nested
    class SpringHandlerBeans extends SpringHandlerBeansTest {}

    @Test
    void no_test_of_this_package_is_missing() throws URISyntaxException {
        File folder = Path.of(SpringTests.class.getResource("SpringTests.class").toURI())
                .getParent()
                .toFile();
        List<String> tests = Arrays.stream(folder.list((in, name) -> name.endsWith("Test.class")))
                .map(name -> name.substring(0, name.length() - ".class".length()))
                .toList();

        assertThat(SpringTests.class.getDeclaredClasses())
                .extracting(each -> each.getSuperclass().getSimpleName())
                .containsExactlyInAnyOrderElementsOf(tests);
    }
}
