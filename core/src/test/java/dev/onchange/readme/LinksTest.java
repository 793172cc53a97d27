package dev.onchange.readme;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class LinksTest {

    private static final Pattern CODE = Pattern.compile("```.*?```|`[^`\\n]*`", Pattern.DOTALL);
    private static final Pattern LINK = Pattern.compile("]\\((?!https?:)([^)#\\s]*)(?:#([^)\\s]*))?\\)");
    private static final Pattern HEADING = Pattern.compile("(?m)^#+ (.*)$");

    private final Pages pages = new Pages(Path.of(".."));

    @Test
    void every_link_between_pages_leads_to_a_file_and_a_heading_that_are_there() throws IOException {
        for (Path page : pages.all()) {
            List<MatchResult> links = LINK.matcher(
                            CODE.matcher(Files.readString(page)).replaceAll("`"))
                    .results()
                    .toList();
            for (MatchResult link : links) {
                assertLeadsSomewhere(page, link.group(1), link.group(2));
            }
        }
    }

    @Test
    void every_reference_page_is_in_the_index() throws IOException {
        String index = Files.readString(pages.docs().resolve("README.md"));

        assertThat(pages.all())
                .filteredOn(page -> page.startsWith(pages.docs()) && !page.endsWith("README.md"))
                .hasSizeGreaterThan(10)
                .allSatisfy(page -> assertThat(index).contains("(" + page.getFileName() + ")"));
    }

    private static void assertLeadsSomewhere(Path page, String file, String anchor) throws IOException {
        Path target = file.isEmpty() ? page : page.resolveSibling(file).normalize();
        assertThat(target).as("link in " + page).exists();
        if (anchor != null) {
            assertThat(anchors(target)).as("link in " + page + " to " + target).contains(anchor);
        }
    }

    /** As GitHub makes them: small letters, hyphens for spaces, no other signs. */
    private static List<String> anchors(Path page) throws IOException {
        return HEADING.matcher(Files.readString(page))
                .results()
                .map(heading -> heading.group(1)
                        .toLowerCase(Locale.ROOT)
                        .replaceAll("[^\\p{L}\\p{N} _-]", "")
                        .replace(' ', '-'))
                .toList();
    }
}
