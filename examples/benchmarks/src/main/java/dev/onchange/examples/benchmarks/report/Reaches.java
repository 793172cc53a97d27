package dev.onchange.examples.benchmarks.report;

import java.util.List;
import java.util.function.Function;

/** How far each figure came towards what it was to reach: the bar passes the line if it was reached. */
final class Reaches implements Panel {

    private static final int ROW = 22;
    private static final int GAP = 10;

    /** The line stands here; a bar that is twice as good is cut off. */
    private static final double HALF = 2;

    private final List<Reach> reaches;

    Reaches(List<Reach> reaches) {
        this.reaches = reaches;
    }

    @Override
    public String title() {
        return "What was to be reached (the line), and what was";
    }

    @Override
    public int height() {
        return reaches.size() * ROW;
    }

    @Override
    public void draw(Svg svg) {
        double names = GAP + widest(Reaches::name);
        double width = Math.max(ROW, Picture.WIDTH - names - widest(Reaches::value) - GAP);
        for (int i = 0; i < reaches.size(); i++) {
            Reach reach = reaches.get(i);
            double part = reach.atLeast() ? reach.value() / reach.bound() : reach.bound() / reach.value();
            double y = (double) i * ROW;
            svg.text(names - GAP, y + 14, "end", name(reach));
            svg.bar(names, y + 3, width * Math.min(HALF, part) / HALF, ROW - 7.0, reach.reached() ? "good" : "bad");
            svg.text(names + width + GAP, y + 14, "faint", value(reach));
        }
        svg.stroke(names + width / HALF, 0, names + width / HALF, height(), "bound");
    }

    private double widest(Function<Reach, String> text) {
        return reaches.stream()
                .mapToDouble(reach -> Svg.width(text.apply(reach)))
                .max()
                .orElse(0);
    }

    private static String name(Reach reach) {
        return reach.bench() + " " + reach.work();
    }

    private static String value(Reach reach) {
        return reach.shown() + "  (" + reach.goal() + ")";
    }
}
