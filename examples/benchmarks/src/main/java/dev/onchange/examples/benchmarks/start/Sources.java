package dev.onchange.examples.benchmarks.start;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The sources of modules with two classes of five handlers each, among ten other classes. */
final class Sources {

    static final int HANDLER_CLASSES = 2;
    static final int HANDLERS = 5;

    private static final int OTHER_CLASSES = 10;

    private Sources() {}

    /** The files of one module. */
    static List<Path> write(Path folder, int module) throws IOException {
        String home = "bench.m" + module;
        List<Path> files = new ArrayList<>();
        for (int i = 0; i < HANDLER_CLASSES; i++) {
            files.add(write(folder, home, "Handlers" + i, handlers(home, i)));
        }
        for (int i = 0; i < OTHER_CLASSES; i++) {
            files.add(write(folder, home, "Other" + i, other(home, i)));
        }
        return files;
    }

    private static Path write(Path folder, String home, String name, String text) throws IOException {
        Path file = folder.resolve(home.replace('.', '/')).resolve(name + ".java");
        Files.createDirectories(file.getParent());
        return Files.writeString(file, text);
    }

    private static String handlers(String home, int number) {
        StringBuilder text = new StringBuilder(
                "package %s;\nimport dev.onchange.*;\npublic class Handlers%d {\n    record Item(String sku, int qty) {}\n"
                        .formatted(home, number));
        for (int i = 0; i < HANDLERS; i++) {
            text.append("""
                        @OnChange(collection = "items", operation = {"insert", "update"},
                                match = "{'fullDocument.qty': {$lt: %d}}")
                        void low%d(ChangeEvent<Item> change, Attempt attempt) {}
                    """.formatted(i, i));
        }
        return text.append("}\n").toString();
    }

    private static String other(String home, int number) {
        StringBuilder text =
                new StringBuilder("package %s;\nimport java.util.*;\npublic class Other%d {\n".formatted(home, number));
        for (int i = 0; i < 10; i++) {
            text.append("""
                        private final Map<String, List<Integer>> field%d = new HashMap<>();
                        public List<Integer> method%d(String key) {
                            return field%d.computeIfAbsent(key, any -> new ArrayList<>());
                        }
                    """.formatted(i, i, i));
        }
        return text.append("}\n").toString();
    }
}
