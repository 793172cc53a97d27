package dev.onchange.console;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.bson.BsonDocument;
import org.junit.jupiter.api.Test;

class WebFilesTest {

    private static final long MOST = 150 * 1024;
    private static final Pattern INLINE = Pattern.compile("<style|\\sstyle=|<script>|\\son\\w+=\"|javascript:");
    private static final Pattern OUTSIDE = Pattern.compile("(?:src|href|url\\(|from|import)\\W{1,3}(?:https?:)?//");

    private final Path web =
            Path.of(WebFiles.class.getResource("web/index.html").toURI()).getParent();

    WebFilesTest() throws URISyntaxException {}

    @Test
    void what_is_taken_from_others_is_as_they_published_it() throws Exception {
        BsonDocument list = BsonDocument.parse(Files.readString(web.resolve("vendor/VENDORED.json")));
        Map<String, String> expected = new TreeMap<>();
        list.getArray("vendored")
                .forEach(entry -> expected.put(
                        entry.asDocument().getString("file").getValue(),
                        entry.asDocument().getString("sha256").getValue()));

        Map<String, String> found = new TreeMap<>();
        for (Path file : files()) {
            if (file.startsWith(web.resolve("vendor")) && !file.toString().matches(".*(VENDORED.json|LICENSES.txt)")) {
                found.put(file.getFileName().toString(), sha256(file));
            }
        }

        assertThat(found).isEqualTo(expected);
    }

    @Test
    void everything_together_has_at_most_150_KB_and_is_sent_compressed() throws IOException {
        long all = 0;
        long sent = 0;
        for (Path file : files()) {
            ConsoleReply reply =
                    get(web.relativize(file).toString().replace('\\', '/'), Map.of("Accept-Encoding", "gzip, br"));
            assertThat(reply.status()).as(file.toString()).isEqualTo(200);
            assertThat(reply.headers()).containsEntry("Content-Encoding", "gzip");
            all += Files.size(file);
            sent += reply.body().length;
        }

        assertThat(all).isBetween(1L, MOST);
        assertThat(sent).isLessThan(all / 2);
    }

    @Test
    void pages_load_nothing_from_elsewhere_and_have_no_script_or_style_within() throws IOException {
        for (Path file : files()) {
            if (file.startsWith(web.resolve("vendor")) || file.toString().endsWith(".svg")) {
                continue;
            }
            String text = Files.readString(file);
            assertThat(OUTSIDE.matcher(text).results()).as(file.toString()).isEmpty();
            assertThat(INLINE.matcher(text).results()).as(file.toString()).isEmpty();
        }
    }

    @Test
    void a_file_that_the_browser_has_is_not_sent_again() {
        String tag = get("app.js", Map.of()).headers().get("ETag");

        ConsoleReply again = get("app.js", Map.of("If-None-Match", tag));

        assertThat(again.status()).isEqualTo(304);
        assertThat(again.body()).isEmpty();
    }

    @Test
    void a_browser_that_takes_no_gzip_gets_the_file_itself() throws IOException {
        assertThat(new String(get("app.css", Map.of()).body(), UTF_8))
                .isEqualTo(Files.readString(web.resolve("app.css")));
    }

    @Test
    void nothing_outside_of_the_folder_is_served() {
        assertThat(List.of("../Console.class", "pages/../../Console.class", "%2e%2e/Console.class", "/etc/passwd"))
                .allSatisfy(path -> assertThat(get(path, Map.of()).status()).isEqualTo(404));
    }

    private static ConsoleReply get(String path, Map<String, String> headers) {
        return new WebFiles().get(new ConsoleRequest("GET", path, Map.of(), headers, new byte[0], null, role -> false));
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> found = Files.walk(web)) {
            return found.filter(Files::isRegularFile).sorted().toList();
        }
    }

    private static String sha256(Path file) throws Exception {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file)));
    }
}
