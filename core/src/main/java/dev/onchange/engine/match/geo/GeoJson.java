package dev.onchange.engine.match.geo;

import dev.onchange.engine.bson.Types;
import dev.onchange.engine.match.syntax.Element;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Shapes in GeoJSON. Whether a hole lies in its polygon is not checked here. */
final class GeoJson {

    private static final Set<String> SYSTEMS =
            Set.of("urn:ogc:def:crs:OGC:1.3:CRS84", "EPSG:4326", "urn:x-mongodb:crs:strictwinding:EPSG:4326");

    private GeoJson() {}

    /** Whether it is a point of two numbers without a type. */
    static boolean isFlatPoint(Element geometry) {
        Element first = geometry.first();
        return geometry.is(Types.ARRAY) || first != null && first.isNumber();
    }

    static boolean hasArea(Element geometry) {
        if (isFlatPoint(geometry)) {
            return false;
        }
        return switch (type(geometry)) {
            case "Polygon", "MultiPolygon" -> true;
            case "GeometryCollection" ->
                array(geometry, "geometries").elements().stream().anyMatch(GeoJson::hasArea);
            default -> false;
        };
    }

    static void check(Element geometry) {
        if (isFlatPoint(geometry)) {
            Coordinates.flat(geometry, true);
            return;
        }
        referenceSystem(geometry);
        switch (type(geometry)) {
            case "Point" -> point(Coordinates.named(geometry, "coordinates"));
            case "MultiPoint" -> some(geometry).forEach(GeoJson::point);
            case "LineString" -> line(array(geometry, "coordinates"));
            case "MultiLineString" -> some(geometry).forEach(GeoJson::line);
            case "Polygon" -> polygon(array(geometry, "coordinates"));
            case "MultiPolygon" -> some(geometry).forEach(GeoJson::polygon);
            case "GeometryCollection" -> collection(array(geometry, "geometries"));
            default -> throw geometry.place().reject("GeoJSON has no type \"" + type(geometry) + "\"");
        }
    }

    private static void referenceSystem(Element geometry) {
        Element system = geometry.get("crs");
        if (system == null) {
            return;
        }
        Element properties = system.is(Types.OBJECT) ? system.get("properties") : null;
        Element name = properties != null && properties.is(Types.OBJECT) ? properties.get("name") : null;
        if (!type(system).equals("name") || name == null || !name.is(Types.STRING) || !SYSTEMS.contains(name.text())) {
            throw system.place().reject("this is no coordinate reference system that the server knows");
        }
    }

    private static String type(Element geometry) {
        Element type = geometry.is(Types.OBJECT) ? geometry.get("type") : null;
        return type != null && type.is(Types.STRING) ? type.text() : "";
    }

    private static Element array(Element geometry, String name) {
        Element array = geometry.get(name);
        if (array == null || !array.is(Types.ARRAY)) {
            throw geometry.place().reject(name + " must be an array");
        }
        return array;
    }

    private static List<Element> some(Element geometry) {
        Element coordinates = array(geometry, "coordinates");
        if (coordinates.first() == null) {
            throw coordinates.place().reject("there must be one element at least");
        }
        return coordinates.elements();
    }

    private static void collection(Element geometries) {
        if (geometries.first() == null) {
            throw geometries.place().reject("there must be one element at least");
        }
        for (Element geometry : geometries.elements()) {
            if (!geometry.is(Types.OBJECT) || type(geometry).equals("GeometryCollection")) {
                throw geometry.place().reject("a collection holds shapes, and no collections");
            }
            check(geometry);
        }
    }

    private static Coordinates point(Element coordinates) {
        return Coordinates.onSphere(coordinates, true);
    }

    /** The points, without consecutive repetitions. */
    private static List<Coordinates> points(Element coordinates) {
        if (!coordinates.is(Types.ARRAY)) {
            throw coordinates.place().reject("coordinates are an array");
        }
        List<Coordinates> points = new ArrayList<>();
        for (Element each : coordinates.elements()) {
            Coordinates point = point(each);
            if (points.isEmpty() || !points.get(points.size() - 1).equals(point)) {
                points.add(point);
            }
        }
        return points;
    }

    private static void line(Element coordinates) {
        if (points(coordinates).size() < 2) {
            throw coordinates.place().reject("a line has two points at least");
        }
    }

    private static void polygon(Element loops) {
        if (!loops.is(Types.ARRAY) || loops.first() == null) {
            throw loops.place().reject("a polygon is an array of loops");
        }
        loops.elements().forEach(GeoJson::loop);
    }

    private static void loop(Element coordinates) {
        List<Coordinates> points = points(coordinates);
        if (points.isEmpty() || !points.get(0).equals(points.get(points.size() - 1))) {
            throw coordinates.place().reject("a loop ends where it begins");
        }
        List<Coordinates> corners = points.subList(0, points.size() - 1);
        if (corners.size() < 3) {
            throw coordinates.place().reject("a loop has three different points at least");
        }
        if (corners.stream().distinct().count() < corners.size()) {
            throw coordinates.place().reject("a loop does not touch itself");
        }
        if (Crossing.isIn(corners)) {
            throw coordinates.place().reject("a loop does not cross itself");
        }
    }
}
