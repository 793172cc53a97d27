package dev.onchange.processor.source;

import dev.onchange.engine.scan.KotlinMethods;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.lang.model.element.ElementKind;
import javax.lang.model.element.ExecutableElement;
import javax.lang.model.element.TypeElement;
import javax.lang.model.util.ElementFilter;

/** Finds the handler methods of types, inherited ones included, as they are found when the listeners start. */
public final class SourceHandlerMethods {

    private final Model model;
    private final Map<String, Boolean> carriers = new HashMap<>();

    public SourceHandlerMethods(Model model) {
        this.model = model;
    }

    /** None for most types, which costs little. */
    public List<SourceHandlerMethod> of(TypeElement type) {
        if (!carries(type) || isOfKotlinsDefaults(type)) {
            return List.of();
        }
        List<SourceHandlerMethod> found = new ArrayList<>();
        for (TypeElement ancestor : Lineage.of(type, model)) {
            for (ExecutableElement method : ElementFilter.methodsIn(ancestor.getEnclosedElements())) {
                add(method, type, found);
            }
        }
        return found.stream().filter(each -> !each.declared().isEmpty()).toList();
    }

    private boolean isOfKotlinsDefaults(TypeElement type) {
        return KotlinMethods.isOfDefaults(model.name(type))
                && type.getEnclosingElement() instanceof TypeElement outer
                && outer.getKind() == ElementKind.INTERFACE;
    }

    private void add(ExecutableElement method, TypeElement type, List<SourceHandlerMethod> found) {
        for (int i = 0; i < found.size(); i++) {
            SourceHandlerMethod known = found.get(i);
            if (overrides(known.method(), method, type)) {
                if (known.declared().isEmpty()) {
                    found.set(i, new SourceHandlerMethod(known.method(), SourceAnnotations.of(method)));
                }
                return;
            }
        }
        found.add(new SourceHandlerMethod(method, SourceAnnotations.of(method)));
    }

    private boolean overrides(ExecutableElement method, ExecutableElement inherited, TypeElement type) {
        return method.getSimpleName().equals(inherited.getSimpleName())
                && model.elements().overrides(method, inherited, type);
    }

    private boolean carries(TypeElement type) {
        String name = type.getQualifiedName().toString();
        Boolean known = carriers.get(name);
        if (known == null) {
            known = !model.isOfJdk(type)
                    && (ElementFilter.methodsIn(type.getEnclosedElements()).stream()
                                    .anyMatch(method ->
                                            !SourceAnnotations.of(method).isEmpty())
                            || model.parents(type).anyMatch(this::carries));
            carriers.put(name, known);
        }
        return known;
    }
}
