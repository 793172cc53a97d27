package dev.onchange.spring;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.lang.invoke.MethodType;
import java.lang.reflect.RecordComponent;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.bson.Document;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

/** What editors complete is what the properties take. */
class MetadataTest {

    private final Map<String, Document> described = metadata().getList("properties", Document.class).stream()
            .filter(property -> property.getString("name").startsWith("onchange."))
            .collect(Collectors.toMap(property -> property.getString("name"), Function.identity()));

    @Test
    void every_property_is_described_and_no_other() {
        assertThat(described.keySet())
                .containsExactlyInAnyOrderElementsOf(properties().keySet());
    }

    @Test
    void types_and_defaults_are_those_of_the_properties() {
        properties().forEach((name, component) -> {
            Document property = Objects.requireNonNull(described.get(name));

            assertThat(property.getString("type")).isEqualTo(type(component));
            assertThat(property.getString("description")).as(name).endsWith(".");
            String value = defaultOf(component);
            if (value != null) {
                assertThat(property.get("defaultValue")).hasToString(value);
            }
        });
    }

    @Test
    void limits_of_health_are_read_for_all_handlers_and_for_single_ones() {
        OnChangeProperties properties = new Binder(new MapConfigurationPropertySource(Map.of(
                        "onchange.health.lag.degraded", "1m",
                        "onchange.health.handlers[com.acme.Stock#low].letters.down", "5")))
                .bind("onchange", OnChangeProperties.class)
                .get();

        HealthProperties health = Objects.requireNonNull(properties.health());
        assertThat(health.lag()).isEqualTo(new HealthProperties.Times(Duration.ofMinutes(1), null));
        HealthProperties own = Objects.requireNonNull(health.handlers()).get("com.acme.Stock#low");
        assertThat(own.letters()).isEqualTo(new HealthProperties.Counts(null, 5L));
    }

    private static Map<String, RecordComponent> properties() {
        Map<String, RecordComponent> properties = new TreeMap<>();
        add("onchange.", OnChangeProperties.class, properties);
        add("onchange.console.", ConsoleProperties.class, properties);
        return properties;
    }

    /** Records of properties are groups, not properties. */
    private static void add(String prefix, Class<?> group, Map<String, RecordComponent> properties) {
        for (RecordComponent component : group.getRecordComponents()) {
            String name = prefix + name(component);
            Class<?> type = component.getType();
            if (type.isRecord() && type.getPackage().equals(OnChangeProperties.class.getPackage())) {
                add(name + ".", type, properties);
            } else {
                properties.put(name, component);
            }
        }
    }

    private static String type(RecordComponent component) {
        return component.getGenericType() instanceof Class<?> plain
                ? MethodType.methodType(plain).wrap().returnType().getName()
                : component.getGenericType().getTypeName().replace(", ", ",");
    }

    private static @Nullable String defaultOf(RecordComponent component) {
        DefaultValue value = Arrays.stream(component
                        .getDeclaringRecord()
                        .getDeclaredConstructors()[0]
                        .getParameters())
                .filter(parameter -> parameter.getName().equals(component.getName()))
                .findFirst()
                .orElseThrow()
                .getAnnotation(DefaultValue.class);
        return value == null ? null : value.value()[0];
    }

    private static String name(RecordComponent component) {
        String dashed = component.getName().replaceAll("([A-Z])", "-$1").toLowerCase(java.util.Locale.ROOT);
        return ConfigurationPropertyName.of(dashed).toString();
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
