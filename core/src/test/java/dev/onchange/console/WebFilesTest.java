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
    private static final Pattern COLOUR = Pattern.compile("--([a-z-]+): #([0-9a-f]{6}|[0-9a-f]{3})(?=;)");
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

    /** As WCAG asks for at level AA. */
    @Test
    void in_light_and_dark_texts_and_edges_of_fields_differ_enough_from_what_they_stand_on() throws IOException {
        String sheet = Files.readString(web.resolve("app.css"));
        for (String theme : List.of(":root {", ":root[data-theme=\"dark\"] {")) {
            Map<String, String> colours = new TreeMap<>();
            int begin = sheet.indexOf(theme);
            COLOUR.matcher(sheet.substring(begin, sheet.indexOf('}', begin)))
                    .results()
                    .forEach(colour -> colours.put(colour.group(1), colour.group(2)));
            for (String ground : List.of("back", "soft", "soft-bad", "soft-good")) {
                for (String text : List.of("ink", "good", "bad", "warn", "muted", "calm", "primary")) {
                    assertThat(contrast(colours.get(text), colours.get(ground)))
                            .as("%s %s on %s", theme, text, ground)
                            .isGreaterThan(4.5);
                }
            }
            assertThat(contrast(colours.get("primary-inverse"), colours.get("primary")))
                    .as(theme)
                    .isGreaterThan(4.5);
            for (String ground : List.of("back", "soft")) {
                assertThat(contrast(colours.get("edge"), colours.get(ground)))
                        .as("%s edge on %s", theme, ground)
                        .isGreaterThan(3);
            }
        }
    }

    private static double contrast(String one, String other) {
        double first = luminance(one) + 0.05;
        double second = luminance(other) + 0.05;
        return Math.max(first, second) / Math.min(first, second);
    }

    private static double luminance(String hex) {
        String six = hex.length() == 3 ? hex.replaceAll("(.)", "$1$1") : hex;
        double[] shares = {0.2126, 0.7152, 0.0722};
        double sum = 0;
        for (int i = 0; i < 3; i++) {
            double part = Integer.parseInt(six.substring(2 * i, 2 * i + 2), 16) / 255.0;
            sum += shares[i] * (part <= 0.03928 ? part / 12.92 : Math.pow((part + 0.055) / 1.055, 2.4));
        }
        return sum;
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
