package dev.onchange.examples.benchmarks.report;

import java.util.ArrayList;
import java.util.List;
import org.bson.Document;

/** All panels, one below the other. */
final class Picture {

    static final int WIDTH = 1080;

    private static final int MARGIN = 20;
    private static final int HEAD = 60;
    private static final int TITLE = 28;
    private static final int GAP = 22;

    private final Document machine;
    private final List<Panel> panels = new ArrayList<>();

    Picture(Document machine, List<Reach> reaches, List<Panel> others) {
        this.machine = machine;
        List<Reach> goals = reaches.stream().filter(Reach::hasGoal).toList();
        if (!goals.isEmpty()) {
            panels.add(new Reaches(goals));
        }
        panels.addAll(others);
    }

    String svg() {
        Svg svg = new Svg();
        svg.text(MARGIN, 30, "head", "OnChange: speed");
        svg.text(MARGIN, 48, "faint", ResultFiles.described(machine));
        int y = HEAD;
        for (Panel panel : panels) {
            svg.text(MARGIN, y + 16.0, "title", panel.title());
            svg.group(MARGIN, (double) y + TITLE, () -> panel.draw(svg));
            y += TITLE + panel.height() + GAP;
        }
        return svg.document(WIDTH + 2 * MARGIN, y);
    }
}
