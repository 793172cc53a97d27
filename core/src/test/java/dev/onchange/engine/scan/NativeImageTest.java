package dev.onchange.engine.scan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onchange.ChangeListeners;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.bson.BsonDocument;
import org.bson.BsonValue;
import org.bson.RawBsonDocument;
import org.junit.jupiter.api.Test;

/** What a native image is told to keep exists under these names. */
class NativeImageTest {

    private static final String METADATA =
            "/META-INF/native-image/dev.onchange/onchange-core/reachability-metadata.json";

    @Test
    void every_type_and_method_that_is_named_exists() throws Exception {
        BsonDocument metadata = read();

        assertThat(metadata.keySet()).isEqualTo(Set.of("reflection", "resources"));
        for (BsonValue entry : metadata.getArray("reflection")) {
            BsonValue type = entry.asDocument().get("type");
            assertThat(type).isNotNull();
            if (type.isDocument()) {
                for (BsonValue each : type.asDocument().getArray("proxy")) {
                    assertThat(Class.forName(each.asString().getValue())).isInterface();
                }
            } else {
                methodsExist(Class.forName(type.asString().getValue()), entry.asDocument());
            }
        }
    }

    private static void methodsExist(Class<?> type, BsonDocument entry) {
        if (entry.containsKey("methods")) {
            List<String> named = entry.getArray("methods").stream()
                    .map(method -> method.asDocument().getString("name").getValue())
                    .toList();
            List<String> declared = Arrays.stream(type.getDeclaredMethods())
                    .map(java.lang.reflect.Method::getName)
                    .toList();
            // An older driver has none of these accessors, and the image does without.
            if (type != RawBsonDocument.class || declared.contains("getBackingArray")) {
                assertThat(declared).containsAll(named);
            }
            // Of a type of the project's own none may be forgotten.
            if (type.getName().startsWith("dev.onchange.")) {
                assertThat(named).containsExactlyInAnyOrderElementsOf(declared);
            }
        }
    }

    private static BsonDocument read() throws Exception {
        try (InputStream stream = ChangeListeners.class.getResourceAsStream(METADATA)) {
            assertThat(stream).isNotNull();
            return BsonDocument.parse(new String(stream.readAllBytes(), StandardCharsets.UTF_8));
        }
    }
}
