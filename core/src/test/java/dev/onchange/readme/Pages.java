package dev.onchange.readme;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The pages that users and contributors read. */
record Pages(Path project) {

    Path readme() {
        return project.resolve("README.md");
    }

    /** The reference pages. */
    Path docs() {
        return project.resolve("core/docs");
    }

    List<Path> all() throws IOException {
        try (Stream<Path> docs = Files.list(docs())) {
            return Stream.concat(
                            Stream.of(
                                    readme(),
                                    project.resolve(".github/CONTRIBUTING.md"),
                                    project.resolve("core/CHANGELOG.md"),
                                    project.resolve("core/DECISIONS.md")),
                            docs.filter(file -> file.toString().endsWith(".md")).sorted())
                    .toList();
        }
    }
}
