package dev.onchange.examples.benchmarks.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Values over another value. */
public final class Curves implements Panel {

    private static final int LEFT = 70;
    private static final int GAP = 16;
    private static final int NAME = 32;
    private static final int HEIGHT = 200;
    private static final int BOTTOM = 36;
    private static final int OTHER_STYLES = 4;
    /** What is smaller than the most by more than that, zero above all, is drawn as if it were not. */
    private static final double DECADES = 1e5;

    /** Over fewer decades, what lies between them is marked too. */
    private static final double FINE = 100;

    private static final double[] STEPS = {1, 2, 5, 10};

    /**
     * @param title of the curves
     * @param x what is varied
     * @param y what was measured
     * @param logarithmic whether both are drawn by their logarithms
     */
    public record Axes(String title, String x, String y, boolean logarithmic) {}

    private final Axes axes;
    private final Map<String, List<double[]>> curves = new LinkedHashMap<>();

    Curves(Axes axes) {
        this.axes = axes;
    }

    /** A ratio to something so small that it was not measured is no point. */
    void add(String curve, double x, double y) {
        List<double[]> points = curves.computeIfAbsent(curve, name -> new ArrayList<>());
        if (Double.isFinite(y)) {
            points.add(new double[] {x, y});
        }
    }

    @Override
    public String title() {
        return axes.title();
    }

    @Override
    public int height() {
        return HEIGHT + BOTTOM;
    }

    @Override
    public void draw(Svg svg) {
        double right = Picture.WIDTH
                - NAME
                - curves.keySet().stream().mapToDouble(Svg::width).max().orElse(0);
        Scale across = scale(0, right - LEFT);
        Scale up = scale(1, HEIGHT);
        for (double tick : up.ticks()) {
            double y = HEIGHT - up.at(tick);
            svg.stroke(LEFT, y, right, y, "grid");
            svg.text(LEFT - 6.0, y + 4, "faint end", Numbers.plain(tick));
        }
        for (double tick : across.ticks()) {
            svg.text(LEFT + across.at(tick), HEIGHT + 16.0, "faint middle", Numbers.plain(tick));
        }
        svg.text((LEFT + right) / 2, HEIGHT + 32.0, "faint middle", axes.x() + " → " + axes.y());
        int number = 0;
        int others = 0;
        for (Map.Entry<String, List<double[]>> curve : curves.entrySet()) {
            String style = Bars.isOwn(curve.getKey()) ? "c0" : "c" + (1 + others++ % OTHER_STYLES);
            List<double[]> points = curve.getValue().stream()
                    .map(point -> new double[] {LEFT + across.at(point[0]), HEIGHT - up.at(point[1])})
                    .toList();
            svg.curve(points, style);
            double y = 14.0 + 20 * number++;
            svg.bar(right + GAP, y - 9, 10, 10, "fill-" + style);
            svg.text(right + NAME, y, "", curve.getKey());
        }
    }

    private Scale scale(int coordinate, double length) {
        double[] values = curves.values().stream()
                .flatMap(List::stream)
                .mapToDouble(point -> point[coordinate])
                .sorted()
                .toArray();
        if (values.length == 0) {
            return new Scale(0, 1, length, false);
        }
        double most = values[values.length - 1];
        return axes.logarithmic()
                ? new Scale(
                        Math.pow(10, Math.floor(Math.log10(Math.max(values[0], Math.max(most, 1) / DECADES)))),
                        roundedUp(most),
                        length,
                        true)
                : new Scale(0, roundedUp(most), length, false);
    }

    private static double roundedUp(double value) {
        double power = Math.pow(10, Math.floor(Math.log10(Math.max(value, 1e-9))));
        for (double step : STEPS) {
            if (step * power >= value) {
                return step * power;
            }
        }
        return value;
    }

    private record Scale(double from, double to, double length, boolean logarithmic) {

        double at(double value) {
            return logarithmic
                    ? length * Math.log(Math.max(value, from) / from) / Math.log(Math.max(to / from, 1.0001))
                    : length * (value - from) / (to - from);
        }

        List<Double> ticks() {
            List<Double> ticks = new ArrayList<>();
            if (logarithmic) {
                boolean few = to / from > FINE;
                for (double decade = from; decade <= to * 1.001; decade *= 10) {
                    for (double step : few ? new double[] {1} : STEPS) {
                        if (step < 10 && step * decade <= to * 1.001) {
                            ticks.add(step * decade);
                        }
                    }
                }
            } else {
                for (int i = 0; i <= 4; i++) {
                    ticks.add(from + (to - from) * i / 4);
                }
            }
            return ticks;
        }
    }
}
