package dev.onchange.engine.match.geo;

import java.util.List;

/** Finds out whether a loop on the sphere crosses itself. */
final class Crossing {

    private Crossing() {}

    static boolean isIn(List<Coordinates> corners) {
        List<double[]> vectors = corners.stream().map(Coordinates::vector).toList();
        int count = vectors.size();
        for (int i = 0; i < count; i++) {
            for (int j = i + 2; j < count; j++) {
                boolean neighbours = (j + 1) % count == i;
                if (!neighbours
                        && cross(vectors.get(i), vectors.get(i + 1), vectors.get(j), vectors.get((j + 1) % count))) {
                    return true;
                }
            }
        }
        return false;
    }

    /** Whether the arc from a to b crosses the one from c to d. */
    private static boolean cross(double[] a, double[] b, double[] c, double[] d) {
        double[] ab = product(a, b);
        double[] cd = product(c, d);
        double acb = -dot(ab, c);
        double bda = dot(ab, d);
        double cbd = -dot(cd, b);
        double dac = dot(cd, a);
        return acb * bda > 0 && acb * cbd > 0 && acb * dac > 0;
    }

    private static double[] product(double[] a, double[] b) {
        return new double[] {a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]};
    }

    private static double dot(double[] a, double[] b) {
        return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
    }
}
