package dev.onchange.processor.generate;

import com.palantir.javapoet.AnnotationSpec;
import com.palantir.javapoet.ArrayTypeName;
import com.palantir.javapoet.ClassName;
import com.palantir.javapoet.CodeBlock;
import com.palantir.javapoet.JavaFile;
import com.palantir.javapoet.MethodSpec;
import com.palantir.javapoet.ParameterizedTypeName;
import com.palantir.javapoet.TypeName;
import com.palantir.javapoet.TypeSpec;
import dev.onchange.engine.scan.index.IndexFiles;
import dev.onchange.generated.CallArguments;
import dev.onchange.generated.HandlerCalls;
import dev.onchange.processor.OnChangeProcessor;
import dev.onchange.processor.source.Model;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import javax.annotation.processing.Filer;
import javax.lang.model.element.ElementKind;
import javax.lang.model.element.ExecutableElement;
import javax.lang.model.element.Modifier;
import javax.lang.model.element.PackageElement;
import javax.lang.model.element.TypeElement;
import javax.lang.model.type.TypeKind;

/** Writes the class that calls the handlers of another class. */
public final class CallsWriter {

    private static final ClassName GENERATED = ClassName.get("javax.annotation.processing", "Generated");

    private final Model model;
    private final CallCode code;

    public CallsWriter(Model model) {
        this.model = model;
        this.code = new CallCode(model);
    }

    /**
     * Whether anything was written: nothing is for abstract classes and for classes that code in their package cannot
     * name.
     */
    public boolean write(TypeElement type, List<ExecutableElement> methods, Filer filer) throws IOException {
        PackageElement home = model.elements().getPackageOf(type);
        boolean abstractClass =
                type.getKind() == ElementKind.CLASS && type.getModifiers().contains(Modifier.ABSTRACT);
        if (abstractClass || !model.isVisible(type, home)) {
            return false;
        }
        List<ExecutableElement> reached = new ArrayList<>();
        List<ExecutableElement> others = new ArrayList<>();
        methods.forEach(method -> (code.reaches(type, method) ? reached : others).add(method));
        JavaFile.builder(home.getQualifiedName().toString(), calls(type, reached, others))
                .skipJavaLangImports(true)
                .indent("    ")
                .build()
                .writeTo(filer);
        return true;
    }

    private TypeSpec calls(TypeElement type, List<ExecutableElement> reached, List<ExecutableElement> others) {
        String binary = model.name(type);
        String name = binary.substring(binary.lastIndexOf('.') + 1) + IndexFiles.CALLS_SUFFIX;
        TypeSpec.Builder calls = TypeSpec.classBuilder(name)
                .addOriginatingElement(type)
                .addModifiers(Modifier.PUBLIC, Modifier.FINAL)
                .addSuperinterface(HandlerCalls.class)
                .addJavadoc("Calls the handlers of $L.\n", type.getQualifiedName())
                // a module that exports its handlers need not require ours transitively for this class
                .addAnnotation(AnnotationSpec.builder(SuppressWarnings.class)
                        .addMember("value", "$S", "exports")
                        .build())
                .addMethod(MethodSpec.constructorBuilder()
                        .addModifiers(Modifier.PUBLIC)
                        .addJavadoc("For OnChange.\n")
                        .build())
                .addMethod(signatures("methods", reached))
                .addMethod(call(type, reached));
        if (model.elements().getTypeElement(GENERATED.canonicalName()) != null && isUnnamed(type)) {
            calls.addAnnotation(AnnotationSpec.builder(GENERATED)
                    .addMember("value", "$S", OnChangeProcessor.class.getName())
                    .build());
        }
        if (!others.isEmpty()) {
            calls.addMethod(signatures("others", others));
        }
        return calls.build();
    }

    /** A named module need not read the module of {@code @Generated}. */
    private boolean isUnnamed(TypeElement type) {
        var module = model.elements().getModuleOf(type);
        return module == null || module.isUnnamed();
    }

    private MethodSpec signatures(String name, List<ExecutableElement> methods) {
        CodeBlock list = methods.stream()
                .map(method -> CodeBlock.of("$S", model.signature(method)))
                .collect(CodeBlock.joining(",\n"));
        // An array, as List.of takes only so many.
        return MethodSpec.methodBuilder(name)
                .addAnnotation(Override.class)
                .addModifiers(Modifier.PUBLIC)
                .returns(ParameterizedTypeName.get(List.class, String.class))
                .addStatement("return $T.of(new $T {$>$>\n$L$<$<})", List.class, ArrayTypeName.of(String.class), list)
                .build();
    }

    private MethodSpec call(TypeElement type, List<ExecutableElement> methods) {
        TypeName raw = TypeName.get(model.types().erasure(type.asType()));
        MethodSpec.Builder call = MethodSpec.methodBuilder("call")
                .addAnnotation(Override.class)
                .addAnnotation(AnnotationSpec.builder(SuppressWarnings.class)
                        .addMember(
                                "value",
                                "{$S, $S, $S, $S, $S}",
                                "all",
                                "unchecked",
                                "rawtypes",
                                "deprecation",
                                "removal")
                        .build())
                .addModifiers(Modifier.PUBLIC)
                .returns(Object.class)
                .addParameter(int.class, "method")
                .addParameter(Object.class, "instance")
                .addParameter(CallArguments.class, "arguments")
                .addException(Throwable.class)
                .addStatement("$T target = ($T) instance", raw, raw)
                .beginControlFlow("switch (method)");
        for (int i = 0; i < methods.size(); i++) {
            call.addCode("case $L:\n$>", i);
            if (methods.get(i).getReturnType().getKind() == TypeKind.VOID) {
                call.addStatement("target.$L", code.of(type, methods.get(i))).addStatement("return null");
            } else {
                call.addStatement("return target.$L", code.of(type, methods.get(i)));
            }
            call.addCode("$<");
        }
        return call.addCode("default:\n$>")
                .addStatement("throw new $T($S + method)", IllegalArgumentException.class, "no method ")
                .addCode("$<")
                .endControlFlow()
                .build();
    }
}
