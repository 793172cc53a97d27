package dev.onchange.engine.match;

import dev.onchange.engine.bson.Types;
import dev.onchange.engine.match.syntax.Element;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Finds the equalities that a filter implies. */
final class Equalities {

    private Equalities() {}

    static List<Equality> of(Node node) {
        if (node instanceof Node.Field field) {
            Equality one = one(field);
            return one == null ? List.of() : List.of(one);
        }
        if (node instanceof Node.All all) {
            return all.parts().stream().flatMap(part -> of(part).stream()).toList();
        }
        if (node instanceof Node.Any any) {
            return common(any.parts());
        }
        return List.of();
    }

    private static @Nullable Equality one(Node.Field field) {
        if (field.test() instanceof Equal equal && !equal.operand().is(Types.NULL)) {
            return equality(field, List.of(equal.operand()));
        }
        if (field.test() instanceof In in && in.isOfValuesOnly() && !in.values().isEmpty()) {
            return equality(field, in.values());
        }
        return null;
    }

    private static Equality equality(Node.Field field, List<Element> values) {
        return new Equality(
                field.path().toString(), values.stream().map(Element::decoded).toList());
    }

    /** A path for which every branch has an equality implies one of all their values. */
    private static List<Equality> common(List<Node> branches) {
        List<List<Equality>> all = branches.stream().map(Equalities::of).toList();
        List<Equality> common = new ArrayList<>();
        for (Equality first : all.get(0)) {
            List<Optional<Equality>> samePath = all.stream()
                    .map(branch -> branch.stream()
                            .filter(equality -> equality.path().equals(first.path()))
                            .findFirst())
                    .toList();
            if (samePath.stream().allMatch(Optional::isPresent)) {
                common.add(new Equality(
                        first.path(),
                        samePath.stream()
                                .flatMap(Optional::stream)
                                .flatMap(equality -> equality.values().stream())
                                .toList()));
            }
        }
        return common;
    }
}
