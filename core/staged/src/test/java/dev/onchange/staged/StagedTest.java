package dev.onchange.staged;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@code mvn deploy -Prelease} has put into the staging folder. */
class StagedTest {

    private final Staging staging = Staging.ofThisBuild();

    @TempDir
    Path temporary;

    @ParameterizedTest
    @ValueSource(strings = {"onchange-local-mongo", "onchange-core", "onchange-testing", "onchange-processor"})
    void a_jar_has_sources_documentation_a_bill_of_materials_and_no_time_of_its_own(String artifact)
            throws IOException {
        assertThat(names(staging.file(artifact, ".jar"))).contains("module-info.class");
        assertThat(names(staging.file(artifact, "-sources.jar"))).contains("module-info.java");
        assertThat(names(staging.file(artifact, "-javadoc.jar"))).contains("index.html");
        assertThat(staging.file(artifact, "-cyclonedx.json"))
                .content()
                .contains("\"CycloneDX\"", "pkg:maven/dev.onchange/" + artifact);
        LocalDateTime built = LocalDateTime.ofInstant(Instant.parse(System.getProperty("timestamp")), ZoneOffset.UTC);
        for (String ending : List.of(".jar", "-sources.jar", "-javadoc.jar")) {
            try (ZipFile jar = new ZipFile(staging.file(artifact, ending).toFile())) {
                assertThat(jar.stream())
                        .isNotEmpty()
                        .extracting(ZipEntry::getTimeLocal)
                        .containsOnly(built);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"onchange-local-mongo", "onchange-core", "onchange-testing", "onchange-processor"})
    void a_pom_names_its_parent_which_says_who_where_and_under_which_license(String artifact) throws IOException {
        assertThat(staging.file(artifact, ".pom"))
                .content()
                .contains("<artifactId>onchange-parent</artifactId>", "<name>", "<description>")
                .doesNotContain("<scope>system</scope>");
        assertThat(staging.file("onchange-parent", ".pom"))
                .content()
                .contains("<name>", "<description>", "<url>", "<license>", "<developer>", "<scm ")
                // Maven appends the names of modules otherwise, to addresses that nobody has
                .contains("child.project.url.inherit.append.path=\"false\"")
                .contains("child.scm.connection.inherit.append.path=\"false\"")
                .contains("child.scm.url.inherit.append.path=\"false\"");
    }

    @Test
    void every_file_is_signed_with_the_key_of_this_build() throws Exception {
        Path home = Files.createDirectory(temporary.resolve("gnupg"));
        Tool gpg = new Tool(temporary, "gpg", "--homedir", home.toString(), "--batch");
        gpg.run("--import", System.getProperty("key"));
        try {
            List<Path> signed = staging.signed();
            assertThat(signed).hasSizeGreaterThan(20);
            for (Path file : signed) {
                assertThat(gpg.run("--verify", file + ".asc", file.toString())).contains("Good signature");
            }
        } finally {
            new Tool(temporary, "gpgconf", "--homedir", home.toString()).run("--kill", "all");
        }
    }

    @Test
    void what_is_staged_names_no_place_of_the_machine_that_built_it() throws IOException {
        String root = System.getProperty("project.root");

        for (Path file : staging.signed()) {
            if (!file.toString().endsWith(".jar")) {
                assertThat(file).content().doesNotContain(root);
            }
        }
    }

    private static List<String> names(Path jar) throws IOException {
        try (ZipFile zip = new ZipFile(jar.toFile())) {
            return zip.stream().map(ZipEntry::getName).toList();
        }
    }
}
