package dev.onchange.processor;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URLClassLoader;
import java.nio.file.Path;
import org.bson.BsonDocument;
import org.bson.BsonValue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NativeImageTest {

    @TempDir
    Path folder;

    @Test
    void a_native_image_is_told_of_the_class_its_calls_and_its_payloads() throws Exception {
        Project project = new Project(folder).with("""
                package shop;
                import dev.onchange.*;
                import java.util.List;
                class Stock {
                    record Size(int height, Stock.Item of) {}
                    static class Item { private List<Size> sizes; }
                    @OnChange(collection = "items") void low(ChangeEvent<Item> change) {}
                    @OnChange(collection = "raw") void raw(org.bson.Document document) {}
                }
                """).compiled();

        BsonDocument metadata = BsonDocument.parse(
                project.text("META-INF/native-image/dev.onchange.handlers/shop.Stock/reachability-metadata.json"));

        assertThat(metadata.getArray("reflection"))
                .extracting(entry -> entry.asDocument().getString("type").getValue())
                .containsExactly("shop.Stock", "shop.Stock$Item", "shop.Stock$Size", "shop.Stock__OnChange");
        try (URLClassLoader loader = Project.loader(project.classes())) {
            for (BsonValue entry : metadata.getArray("reflection")) {
                Class<?> type =
                        loader.loadClass(entry.asDocument().getString("type").getValue());
                assertThat(type.getDeclaredConstructors()).isNotEmpty();
            }
        }
    }
}
