package dev.onchange.staged;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onchange.localmongo.LocalMongo;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The README's first program, built and run as a user does: another folder, another local repository. */
class FirstProgramTest {

    private static final Pattern POM = Pattern.compile("```xml\\n(<project.*?)```", Pattern.DOTALL);
    private static final Pattern PROGRAM = Pattern.compile("```java\\n(package shop;.*?)```", Pattern.DOTALL);
    private static final List<String> EXPECTED = List.of("100 of lamp arrived", "order more of lamp");

    /** Maven ends its own with one, before what the program prints. */
    private static final String COLOUR = "\\e\\[[;\\d]*m";

    @TempDir
    Path temporary;

    @Test
    void it_is_compiled_and_runs_with_what_is_staged() throws IOException {
        String readme = Files.readString(Path.of(System.getProperty("project.root"), "README.md"));
        Path sources = Files.createDirectories(temporary.resolve("src/main/java/shop"));
        Files.writeString(sources.resolve("Shop.java"), found(PROGRAM, readme));
        Files.writeString(temporary.resolve("pom.xml"), found(POM, readme));
        Files.writeString(temporary.resolve("settings.xml"), settings());
        ProcessBuilder maven = new ProcessBuilder(
                Path.of(System.getProperty("maven.home"), "bin", "mvn").toString(),
                "-q",
                "-B",
                "--settings=settings.xml",
                "-Dmaven.repo.local=" + temporary.resolve("repository"),
                "compile",
                "exec:java");
        maven.environment().put("MONGODB_URI", LocalMongo.shared().connectionString());

        List<String> printed = run(maven.directory(temporary.toFile()).redirectErrorStream(true));

        assertThat(printed).containsAll(EXPECTED);
        assertThat(temporary.resolve("repository/dev/onchange/onchange-core")).isDirectory();
        assertThat(temporary.resolve("target/classes/META-INF/onchange")).exists();
    }

    /** Presses Enter, so to say, when all that is expected has been printed. */
    private static List<String> run(ProcessBuilder builder) throws IOException {
        Process process = builder.start();
        CompletableFuture.delayedExecutor(10, TimeUnit.MINUTES).execute(process::destroyForcibly);
        List<String> printed = new ArrayList<>();
        try (BufferedReader reader = process.inputReader()) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                printed.add(line.replaceAll(COLOUR, ""));
                if (printed.containsAll(EXPECTED)) {
                    process.getOutputStream().close();
                }
            }
        } finally {
            process.destroy();
        }
        return printed;
    }

    private static String found(Pattern pattern, String readme) {
        Matcher matcher = pattern.matcher(readme);
        assertThat(matcher.find()).as(pattern.pattern()).isTrue();
        return matcher.group(1);
    }

    /** What this build has fetched is looked for where it was put, all else where Maven looks by itself. */
    private static String settings() {
        String fetched = place("fetched", System.getProperty("repository"), false);
        return """
                <settings>
                  <profiles>
                    <profile>
                      <id>staged</id>
                      <repositories>
                        <repository>%s</repository>
                        <repository>%s</repository>
                      </repositories>
                      <pluginRepositories>
                        <pluginRepository>%s</pluginRepository>
                      </pluginRepositories>
                    </profile>
                  </profiles>
                  <activeProfiles>
                    <activeProfile>staged</activeProfile>
                  </activeProfiles>
                </settings>
                """.formatted(place("staged", System.getProperty("staging"), true), fetched, fetched);
    }

    private static String place(String id, String folder, boolean snapshots) {
        return "<id>%s</id><url>file://%s</url><snapshots><enabled>%s</enabled></snapshots>"
                .formatted(id, folder, snapshots);
    }
}
