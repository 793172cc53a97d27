package dev.onchange.processor.source;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import javax.lang.model.element.ElementKind;
import javax.lang.model.element.TypeElement;

/**
 * A type and the types outside the JDK that it inherits from, ordered so that an overriding method comes before the
 * overridden one.
 */
final class Lineage {

    private final Model model;
    private final List<TypeElement> types = new ArrayList<>();
    private final Set<TypeElement> interfaces = new LinkedHashSet<>();

    private Lineage(Model model) {
        this.model = model;
    }

    /** The type, its superclasses, then its interfaces, as when the listeners start. */
    static List<TypeElement> of(TypeElement type, Model model) {
        Lineage lineage = new Lineage(model);
        Optional<TypeElement> each = Optional.of(type);
        while (each.isPresent()) {
            lineage.types.add(each.get());
            lineage.addInterfacesOf(each.get());
            each = lineage.superclass(each.get());
        }
        lineage.interfaces.removeAll(lineage.types);
        lineage.addNarrowestFirst();
        return lineage.types;
    }

    private Optional<TypeElement> superclass(TypeElement type) {
        return model.parents(type)
                .filter(parent -> parent.getKind() != ElementKind.INTERFACE && !model.isOfJdk(parent))
                .findFirst();
    }

    private void addInterfacesOf(TypeElement type) {
        model.parents(type)
                .filter(parent -> parent.getKind() == ElementKind.INTERFACE && !model.isOfJdk(parent))
                .forEach(parent -> {
                    interfaces.add(parent);
                    addInterfacesOf(parent);
                });
    }

    private void addNarrowestFirst() {
        while (!interfaces.isEmpty()) {
            TypeElement narrowest = interfaces.stream()
                    .filter(each -> interfaces.stream().noneMatch(other -> other != each && isBelow(other, each)))
                    .findFirst()
                    .orElseThrow();
            interfaces.remove(narrowest);
            types.add(narrowest);
        }
    }

    private boolean isBelow(TypeElement type, TypeElement ancestor) {
        return model.types()
                .isSubtype(model.types().erasure(type.asType()), model.types().erasure(ancestor.asType()));
    }
}
