package dev.onchange.processor.generate;

import dev.onchange.engine.scan.index.IndexFiles;
import dev.onchange.processor.source.HandlerClass;
import dev.onchange.processor.source.Model;
import dev.onchange.processor.source.PayloadFields;
import java.io.IOException;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import javax.annotation.processing.Filer;
import javax.lang.model.element.TypeElement;

/** Writes for a class with handlers what a native image must keep for reflection: the class, what calls it, its payloads. */
public final class MetadataWriter {

    private static final String FOLDER = "META-INF/native-image/dev.onchange.handlers/";

    private static final String FILE = "/reachability-metadata.json";

    private final Model model;
    private final PayloadFields payloads;

    /** For types in this model. */
    public MetadataWriter(Model model) {
        this.model = model;
        this.payloads = new PayloadFields(model);
    }

    /** Writes it. */
    public void write(HandlerClass handlers, boolean calls, Filer filer) throws IOException {
        String name = model.name(handlers.type());
        String content = types(handlers).stream()
                .map(MetadataWriter::all)
                .collect(Collectors.joining(",\n", "{\n  \"reflection\": [\n", calls ? ",\n" + maker(name) : ""));
        new ClassOutput(model.elements(), filer).write(FOLDER + name + FILE, content + "\n  ]\n}\n", handlers.type());
    }

    private Set<String> types(HandlerClass handlers) {
        Set<String> types = new TreeSet<>();
        types.add(model.name(handlers.type()));
        handlers.handlers().forEach(handler -> {
            if (handler.method().getEnclosingElement() instanceof TypeElement declaring) {
                types.add(model.name(declaring));
            }
            handler.declarations().forEach(each -> types.addAll(payloads.types(handler, each.declared())));
        });
        return types;
    }

    private static String all(String type) {
        return "    { \"type\": \"" + type + "\", \"allDeclaredConstructors\": true, \"allDeclaredMethods\": true,"
                + " \"allDeclaredFields\": true }";
    }

    private static String maker(String type) {
        return "    { \"type\": \"" + type + IndexFiles.CALLS_SUFFIX
                + "\", \"methods\": [{ \"name\": \"<init>\", \"parameterTypes\": [] }] }";
    }
}
