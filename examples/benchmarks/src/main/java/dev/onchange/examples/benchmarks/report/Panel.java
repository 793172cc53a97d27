package dev.onchange.examples.benchmarks.report;

/** A part of the picture. */
interface Panel {

    String title();

    /** How high it is drawn. */
    int height();

    /** Draws itself into a space of {@link Picture#WIDTH}, from the top left corner. */
    void draw(Svg svg);
}
