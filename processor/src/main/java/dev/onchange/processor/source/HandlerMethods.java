package dev.onchange.processor.source;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.lang.model.element.ExecutableElement;
import javax.lang.model.element.TypeElement;
import javax.lang.model.util.ElementFilter;

/** Finds the handler methods of types, inherited ones included, as they are found when the listeners start. */
public final class HandlerMethods {

    private final Model model;
    private final Map<String, Boolean> carriers = new HashMap<>();

    public HandlerMethods(Model model) {
        this.model = model;
    }

    /** None for most types, which costs little. */
    public List<HandlerMethod> of(TypeElement type) {
        if (!carries(type)) {
            return List.of();
        }
        List<HandlerMethod> found = new ArrayList<>();
        for (TypeElement ancestor : Lineage.of(type, model)) {
            for (ExecutableElement method : ElementFilter.methodsIn(ancestor.getEnclosedElements())) {
                add(method, type, found);
            }
        }
        return found.stream().filter(each -> !each.declared().isEmpty()).toList();
    }

    private void add(ExecutableElement method, TypeElement type, List<HandlerMethod> found) {
        for (int i = 0; i < found.size(); i++) {
            HandlerMethod known = found.get(i);
            if (overrides(known.method(), method, type)) {
                if (known.declared().isEmpty()) {
                    found.set(i, new HandlerMethod(known.method(), Annotations.of(method)));
                }
                return;
            }
        }
        found.add(new HandlerMethod(method, Annotations.of(method)));
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
                                    .anyMatch(method -> !Annotations.of(method).isEmpty())
                            || model.parents(type).anyMatch(this::carries));
            carriers.put(name, known);
        }
        return known;
    }
}
