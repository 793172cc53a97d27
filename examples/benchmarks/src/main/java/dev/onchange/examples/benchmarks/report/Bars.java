package dev.onchange.examples.benchmarks.report;

import java.util.ArrayList;
import java.util.List;

/** Values side by side; ours in a colour of their own. */
final class Bars implements Panel {

    private static final int ROW = 22;
    private static final int GAP = 10;
    private static final int VALUES = 70;

    private record Bar(String name, double value) {}

    private final String title;
    private final List<Bar> bars = new ArrayList<>();

    Bars(String title) {
        this.title = title;
    }

    void add(String name, double value) {
        bars.add(new Bar(name, value));
    }

    /** Whether it is this project's. */
    static boolean isOwn(String name) {
        return name.startsWith("OnChange");
    }

    @Override
    public String title() {
        return title;
    }

    @Override
    public int height() {
        return bars.size() * ROW;
    }

    @Override
    public void draw(Svg svg) {
        double most = bars.stream().mapToDouble(Bar::value).max().orElse(1);
        double names = GAP
                + bars.stream().mapToDouble(bar -> Svg.width(bar.name())).max().orElse(0);
        double width = Picture.WIDTH - names - VALUES;
        for (int i = 0; i < bars.size(); i++) {
            Bar bar = bars.get(i);
            double length = width * bar.value() / most;
            double y = (double) i * ROW;
            svg.text(names - GAP, y + 14, "end", bar.name());
            svg.bar(names, y + 3, length, ROW - 7.0, isOwn(bar.name()) ? "own" : "other");
            svg.text(names + length + 6, y + 14, "faint", Numbers.plain(bar.value()));
        }
    }
}
