package dev.onchange.examples.inventory.rows;

import java.util.List;

/**
 * What a row declared, expected and received.
 *
 * @param declared the annotations or calls
 * @param expected what had to be received, in this order
 * @param received what was
 * @param details lines to print besides
 */
public record Result(String declared, List<String> expected, List<String> received, List<String> details) {

    private static final int WIDTH = 400;
    private static final int LINE = 150;

    public Result {
        expected = List.copyOf(expected);
        received = List.copyOf(received);
        details = List.copyOf(details);
    }

    /** A result without details. */
    public Result(String declared, List<String> expected, List<String> received) {
        this(declared, expected, received, List.of());
    }

    /** Whether what was received is what had to be. */
    public boolean ok() {
        return expected.equals(received);
    }

    /** One line for people, and all of {@link #text} if the row is not as expected. */
    public String line(Row row) {
        return ok()
                ? cut(
                        "[%d] ok %s: declared %s; received %s"
                                .formatted(row.number(), row.title(), row.declares(), brief(received)),
                        LINE)
                : text(row);
    }

    /** For people, in full; the first line begins with the row's number. */
    public String text(Row row) {
        StringBuilder text = new StringBuilder("[%d] %s %s: declared %s; received %s"
                .formatted(row.number(), ok() ? "ok" : "NOT AS EXPECTED", row.title(), declared, brief(received)));
        details.forEach(line -> text.append("\n      ").append(cut(line, WIDTH)));
        if (!ok()) {
            text.append("\n      expected ").append(brief(expected));
        }
        return text.toString();
    }

    private static String cut(String line, int width) {
        return line.length() <= width ? line : line.substring(0, width - 1) + "…";
    }

    private static String brief(List<String> lines) {
        return lines.size() <= 20
                ? String.join(", ", lines)
                : "%d: %s … %s".formatted(lines.size(), lines.get(0), lines.get(lines.size() - 1));
    }
}
