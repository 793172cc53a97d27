package dev.onchange.examples.benchmarks.report;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** Writes a picture as SVG, in colours that serve a light and a dark page. */
final class Svg {

    /** The widest letters are wider, but no text has these alone. */
    private static final double WIDTH_OF_LETTER = 6.8;

    private final StringBuilder content = new StringBuilder();

    /** About how wide a text is drawn, rather too much than too little. */
    static double width(String text) {
        return text.length() * WIDTH_OF_LETTER;
    }

    void group(double x, double y, Runnable drawing) {
        line("<g transform=\"translate(%.1f,%.1f)\">", x, y);
        drawing.run();
        content.append("</g>\n");
    }

    /** @param style classes of the style sheet */
    void text(double x, double y, String style, String text) {
        line("<text x=\"%.1f\" y=\"%.1f\" class=\"%s\">%s</text>", x, y, style, escaped(text));
    }

    void bar(double x, double y, double width, double height, String style) {
        line(
                "<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" rx=\"2\" class=\"%s\"/>",
                x, y, Math.max(1, width), height, style);
    }

    void stroke(double x1, double y1, double x2, double y2, String style) {
        line("<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" class=\"%s\"/>", x1, y1, x2, y2, style);
    }

    void curve(List<double[]> points, String style) {
        String path = points.stream()
                .map(point -> String.format(Locale.ROOT, "%.1f,%.1f", point[0], point[1]))
                .collect(Collectors.joining(" "));
        line("<polyline points=\"%s\" class=\"curve %s\"/>", path, style);
        points.forEach(point ->
                line("<circle cx=\"%.1f\" cy=\"%.1f\" r=\"3\" class=\"fill-%s\"/>", point[0], point[1], style));
    }

    String document(int width, int height) {
        return String.format(Locale.ROOT, """
                        <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" width="%d" height="%d" role="img">
                        <style>
                        text { font: 12px system-ui, sans-serif; fill: #24292f }
                        .title { font-size: 14px; font-weight: 600 }
                        .head { font-size: 18px; font-weight: 600 }
                        .faint { fill: #57606a; font-size: 11px }
                        .end { text-anchor: end } .middle { text-anchor: middle }
                        .page { fill: #ffffff }
                        .grid { stroke: #d0d7de; stroke-width: 1 }
                        .bound { stroke: #24292f; stroke-width: 1.5; stroke-dasharray: 4 3 }
                        .curve { fill: none; stroke-width: 2 }
                        .own { fill: #0969da } .other { fill: #afb8c1 } .good { fill: #1a7f37 } .bad { fill: #cf222e }
                        .c0 { stroke: #0969da } .c1 { stroke: #8c959f } .c2 { stroke: #bf8700 } .c3 { stroke: #8250df } .c4 { stroke: #1a7f37 }
                        .fill-c0 { fill: #0969da } .fill-c1 { fill: #8c959f } .fill-c2 { fill: #bf8700 } .fill-c3 { fill: #8250df } .fill-c4 { fill: #1a7f37 }
                        @media (prefers-color-scheme: dark) {
                        text { fill: #e6edf3 } .faint { fill: #9198a1 } .page { fill: #0d1117 }
                        .grid { stroke: #30363d } .bound { stroke: #e6edf3 } .other { fill: #484f58 }
                        .own { fill: #4493f8 } .good { fill: #3fb950 } .bad { fill: #f85149 }
                        .c0 { stroke: #4493f8 } .fill-c0 { fill: #4493f8 }
                        }
                        </style>
                        <rect class="page" width="%d" height="%d"/>
                        """, width, height, width, height, width, height) + content + "</svg>\n";
    }

    private void line(String format, Object... values) {
        content.append(String.format(Locale.ROOT, format, values)).append('\n');
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }
}
