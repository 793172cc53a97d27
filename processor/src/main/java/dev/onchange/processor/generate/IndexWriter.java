package dev.onchange.processor.generate;

import dev.onchange.engine.scan.index.IndexFiles;
import dev.onchange.processor.source.Model;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import javax.annotation.processing.Filer;
import javax.lang.model.element.ExecutableElement;
import javax.lang.model.element.ModuleElement;
import javax.lang.model.element.TypeElement;
import javax.lang.model.util.ElementFilter;

/** Writes which classes have handlers, a file for each, and at the end which types were seen. */
public final class IndexWriter {

    private final Model model;
    private final Set<String> seen = new TreeSet<>();

    public IndexWriter(Model model) {
        this.model = model;
    }

    /** A type that is not declared within another one. */
    public void see(TypeElement type) {
        seen.add(type.getQualifiedName().toString());
    }

    /** The content is for people; that there is the file is what counts. */
    public void write(TypeElement type, List<ExecutableElement> methods, Filer filer) throws IOException {
        String content = methods.stream().map(model::signature).sorted().collect(Collectors.joining("\n", "", "\n"));
        new ClassOutput(model.elements(), filer).write(IndexFiles.HANDLERS + model.name(type), content, type);
    }

    /**
     * The list has the name of one type, to which it belongs; each module that is compiled has one. Where only some types are compiled anew, theirs stands
     * beside the older one: that may list types that are gone, which harms nothing.
     */
    public void writeTypes(Filer filer) throws IOException {
        Map<String, List<TypeElement>> modules = seen.stream()
                .map(model.elements()::getTypeElement)
                .filter(type -> type != null && model.isResolved(type))
                .collect(Collectors.groupingBy(this::module, TreeMap::new, Collectors.toList()));
        ClassOutput output = new ClassOutput(model.elements(), filer);
        for (List<TypeElement> types : modules.values()) {
            List<String> lines = new ArrayList<>();
            types.forEach(type -> addLines(type, lines));
            output.write(IndexFiles.TYPES + model.name(types.get(0)), String.join("\n", lines) + "\n", types.get(0));
        }
    }

    private String module(TypeElement type) {
        ModuleElement module = model.elements().getModuleOf(type);
        return module == null ? "" : module.getQualifiedName().toString();
    }

    private void addLines(TypeElement type, List<String> lines) {
        String parents = model.parents(type)
                .filter(parent -> !model.isOfJdk(parent))
                .map(model::name)
                .collect(Collectors.joining(" "));
        boolean outermost = !(type.getEnclosingElement() instanceof TypeElement);
        if (outermost || !parents.isEmpty()) {
            lines.add((model.name(type) + " " + parents).strip());
        }
        ElementFilter.typesIn(type.getEnclosedElements()).forEach(inner -> addLines(inner, lines));
    }
}
