package dev.onchange.readme;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The public methods of a type with the first sentences of their documentation, in the order of the source. */
record PublicMethods(Map<String, String> sentences) {

    private static final Path SOURCES = Path.of("src", "main", "java", "dev", "onchange");
    private static final Pattern METHOD =
            Pattern.compile("/\\*\\*((?:(?!\\*/).)*)\\*/\\s*(?:@\\S+\\s*)*public [^({=]*?(\\w+)\\(", Pattern.DOTALL);

    static PublicMethods of(String type) throws IOException {
        Map<String, String> found = new LinkedHashMap<>();
        METHOD.matcher(Files.readString(SOURCES.resolve(type + ".java")))
                .results()
                .forEach(method -> found.merge(method.group(2), sentence(method.group(1)), (first, more) -> first));
        found.remove(type);
        return new PublicMethods(found);
    }

    String rows() {
        return sentences.entrySet().stream()
                .map(method -> "| `%s(…)` | %s |%n".formatted(method.getKey(), method.getValue()))
                .collect(Collectors.joining());
    }

    private static String sentence(String javadoc) {
        return javadoc.replaceAll("\\n\\s*\\* ?", "\n")
                .split("\\n\\s*(?:@|<p>|<pre>)", 2)[0]
                .replaceAll("\\s+", " ")
                .strip()
                .split("(?<=[.]) (?=[A-Z<])", 2)[0]
                .replaceAll("\\{@(?:code|value) ([^}]*)}", "`$1`")
                .replaceAll("\\{@link (?:[\\w.]*#)?([\\w.]+)(?:\\([^}]*\\))?}", "`$1`")
                .replaceAll("\\{@linkplain \\S+ ([^}]*)}", "$1")
                .replaceAll("</?code>", "`")
                .replace("|", "\\|");
    }
}
