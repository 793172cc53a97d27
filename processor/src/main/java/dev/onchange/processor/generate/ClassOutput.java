package dev.onchange.processor.generate;

import java.io.IOException;
import java.io.Writer;
import javax.annotation.processing.Filer;
import javax.annotation.processing.FilerException;
import javax.lang.model.element.ModuleElement;
import javax.lang.model.element.TypeElement;
import javax.lang.model.util.Elements;
import javax.tools.FileObject;
import javax.tools.StandardLocation;

/** Writes files where the classes are written. */
record ClassOutput(Elements elements, Filer filer) {

    /** @param origin the type that the file is about */
    void write(String path, String content, TypeElement origin) throws IOException {
        try (Writer writer = create(path, origin).openWriter()) {
            writer.write(content);
        }
    }

    /** The name of the module, which a compilation of several modules needs, is not asked for elsewhere. */
    private FileObject create(String path, TypeElement origin) throws IOException {
        try {
            return filer.createResource(StandardLocation.CLASS_OUTPUT, "", path, origin);
        } catch (FilerException withoutModule) {
            ModuleElement module = elements.getModuleOf(origin);
            if (module == null || module.isUnnamed()) {
                throw withoutModule;
            }
            return filer.createResource(StandardLocation.CLASS_OUTPUT, module.getQualifiedName() + "/", path, origin);
        }
    }
}
