package dev.onchange.engine.match.geo;

import dev.onchange.engine.bson.Types;
import dev.onchange.engine.match.syntax.Element;
import java.util.List;

/** Refuses the operand of {@code $geoWithin}, {@code $within} or {@code $geoIntersects} that the server refuses. */
public final class GeoCheck {

    private GeoCheck() {}

    /**
     * Throws {@link dev.onchange.engine.match.syntax.Rejected} if the server refuses it.
     *
     * @param document the operators of the field, of which this must be the only one
     */
    public static void check(Element document, Element operator) {
        List<Element> all = document.elements();
        if (all.size() > 1) {
            throw all.get(1).place().reject(operator.name() + " stands alone below a field; use $and");
        }
        if (!operator.is(Types.OBJECT)) {
            throw operator.place().reject(operator.name() + " takes a document with a shape");
        }
        Element last = null;
        for (Element shape : operator.elements()) {
            if (!shape.name().equals("$uniqueDocs")) {
                shape(shape);
                last = shape;
            }
        }
        if (last == null) {
            throw operator.place().reject(operator.name() + " needs a shape");
        }
        if (operator.name().equals("$geoIntersects")) {
            requireOnSphere(last);
        } else if (last.name().equals("$geometry") && !GeoJson.hasArea(last)) {
            throw last.place().reject("nothing lies within a shape without an area");
        }
    }

    private static void requireOnSphere(Element shape) {
        if (!shape.name().equals("$geometry") && !shape.name().equals("$centerSphere")) {
            throw shape.place().reject("$geoIntersects takes a $geometry");
        }
        if (shape.name().equals("$geometry") && GeoJson.isFlatPoint(shape)) {
            Coordinates.onSphere(shape, true);
        }
    }

    private static void shape(Element shape) {
        if (!shape.is(Types.OBJECT) && !shape.is(Types.ARRAY)) {
            throw shape.place().reject("a shape is a document or an array");
        }
        switch (shape.name()) {
            case "$box" -> {
                Coordinates.flat(Coordinates.part(shape, 0), false);
                Coordinates.flat(Coordinates.part(shape, 1), false);
            }
            case "$polygon" -> {
                shape.elements().forEach(corner -> Coordinates.flat(corner, false));
                if (shape.elements().size() < 3) {
                    throw shape.place().reject("a polygon has three corners at least");
                }
            }
            case "$center", "$centerSphere" -> circle(shape);
            case "$geometry" -> GeoJson.check(shape);
            default -> throw shape.place().reject("there is no shape " + shape.name());
        }
    }

    private static void circle(Element shape) {
        Element center = Coordinates.part(shape, 0);
        if (shape.name().equals("$centerSphere")) {
            Coordinates.onSphere(center, false);
        } else {
            Coordinates.flat(center, false);
        }
        Element radius = Coordinates.part(shape, 1);
        if (!radius.isNumber() || !(Coordinates.number(radius) >= 0)) {
            throw radius.place().reject("a radius is a number that is not negative");
        }
        if (shape.elements().size() > 2) {
            throw shape.place().reject("a circle has a center and a radius, and nothing else");
        }
    }
}
