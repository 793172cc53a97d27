package dev.onchange.spring;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.lang.invoke.MethodType;
import java.lang.reflect.RecordComponent;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.bson.Document;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;

/** What editors complete is what the properties take. */
class MetadataTest {

    private final Map<String, Document> described = metadata().getList("properties", Document.class).stream()
            .filter(property -> property.getString("name").startsWith("onchange."))
            .collect(Collectors.toMap(property -> property.getString("name"), Function.identity()));

    @Test
    void every_property_is_described_and_no_other() {
        assertThat(described.keySet())
                .containsExactlyInAnyOrderElementsOf(
                        components().stream().map(MetadataTest::name).toList());
    }

    @Test
    void types_and_defaults_are_those_of_the_properties() {
        for (RecordComponent component : components()) {
            Document property = Objects.requireNonNull(described.get(name(component)));

            assertThat(property.getString("type")).isEqualTo(type(component));
            assertThat(property.getString("description")).as(name(component)).endsWith(".");
            String value = defaultOf(component);
            if (value != null) {
                assertThat(property.get("defaultValue")).hasToString(value);
            }
        }
    }

    private static List<RecordComponent> components() {
        return Arrays.asList(OnChangeProperties.class.getRecordComponents());
    }

    private static String type(RecordComponent component) {
        return MethodType.methodType(component.getType()).wrap().returnType().getName();
    }

    private static @Nullable String defaultOf(RecordComponent component) {
        DefaultValue value = Arrays.stream(OnChangeProperties.class.getDeclaredConstructors()[0].getParameters())
                .filter(parameter -> parameter.getName().equals(component.getName()))
                .findFirst()
                .orElseThrow()
                .getAnnotation(DefaultValue.class);
        return value == null ? null : value.value()[0];
    }

    private static String name(RecordComponent component) {
        String dashed = component.getName().replaceAll("([A-Z])", "-$1").toLowerCase(java.util.Locale.ROOT);
        return ConfigurationPropertyName.of("onchange." + dashed).toString();
    }

    private static Document metadata() {
        try (InputStream file = Objects.requireNonNull(
                OnChangeProperties.class.getResourceAsStream("/META-INF/spring-configuration-metadata.json"))) {
            return Document.parse(new String(file.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
