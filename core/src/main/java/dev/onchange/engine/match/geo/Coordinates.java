package dev.onchange.engine.match.geo;

import dev.onchange.engine.bson.Types;
import dev.onchange.engine.match.syntax.Element;
import java.util.List;

/**
 * A point, in a plane or by longitude and latitude.
 *
 * @param x or the longitude
 * @param y or the latitude
 */
record Coordinates(double x, double y) {

    /** The first two values of an array or a document; refuses values that are no point of a plane. */
    static Coordinates flat(Element element, boolean moreAllowed) {
        if (!element.is(Types.OBJECT) && !element.is(Types.ARRAY)) {
            throw element.place().reject("a point is an array or a document of two numbers");
        }
        List<Element> numbers = element.elements();
        if (numbers.size() < 2
                || numbers.size() > 2 && !moreAllowed
                || !numbers.get(0).isNumber()
                || !numbers.get(1).isNumber()) {
            throw element.place().reject("a point has two numbers");
        }
        Coordinates point = new Coordinates(number(numbers.get(0)), number(numbers.get(1)));
        if (!Double.isFinite(point.x) || !Double.isFinite(point.y)) {
            throw element.place().reject("the numbers of a point are finite");
        }
        return point;
    }

    /** The same; refuses values that are no longitude and latitude. */
    static Coordinates onSphere(Element element, boolean moreAllowed) {
        Coordinates point = flat(element, moreAllowed);
        if (Math.abs(point.x) > 180 || Math.abs(point.y) > 90) {
            throw element.place().reject("a longitude lies from -180 to 180, a latitude from -90 to 90");
        }
        return point;
    }

    static double number(Element element) {
        return element.decoded().asNumber().doubleValue();
    }

    static Element named(Element container, String name) {
        Element part = container.get(name);
        if (part == null) {
            throw container.place().reject("there must be " + name);
        }
        return part;
    }

    static Element part(Element container, int index) {
        List<Element> parts = container.elements();
        if (parts.size() <= index) {
            throw container.place().reject("this shape has too few parts");
        }
        return parts.get(index);
    }

    /** The point as a vector of length one. */
    double[] vector() {
        double longitude = Math.toRadians(x);
        double latitude = Math.toRadians(y);
        return new double[] {
            Math.cos(latitude) * Math.cos(longitude), Math.cos(latitude) * Math.sin(longitude), Math.sin(latitude)
        };
    }
}
