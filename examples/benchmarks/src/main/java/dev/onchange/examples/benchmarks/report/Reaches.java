package dev.onchange.examples.benchmarks.report;

import java.util.List;

/** How far each figure came towards what it was to reach: the bar passes the line if it was reached. */
final class Reaches implements Panel {

    private static final int ROW = 22;
    private static final int NAMES = 300;
    private static final int VALUES = 330;

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
        double width = Picture.WIDTH - NAMES - (double) VALUES;
        for (int i = 0; i < reaches.size(); i++) {
            Reach reach = reaches.get(i);
            double part = reach.atLeast() ? reach.value() / reach.bound() : reach.bound() / reach.value();
            double y = (double) i * ROW;
            svg.text(NAMES - 10.0, y + 14, "end", reach.bench() + " " + reach.work());
            svg.bar(NAMES, y + 3, width * Math.min(HALF, part) / HALF, ROW - 7.0, reach.reached() ? "good" : "bad");
            svg.text(NAMES + width + 10, y + 14, "faint", reach.shown() + "  (" + reach.goal() + ")");
        }
        svg.stroke(NAMES + width / HALF, 0, NAMES + width / HALF, height(), "bound");
    }
}
