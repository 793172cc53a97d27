package dev.onchange.processor.generate;

import com.palantir.javapoet.CodeBlock;
import com.palantir.javapoet.TypeName;
import dev.onchange.engine.scan.Parameter;
import dev.onchange.processor.source.KotlinFunction;
import dev.onchange.processor.source.Model;
import dev.onchange.processor.source.ParameterTypes;
import java.util.List;
import java.util.stream.IntStream;
import javax.lang.model.element.ExecutableElement;
import javax.lang.model.element.PackageElement;
import javax.lang.model.element.TypeElement;
import javax.lang.model.type.DeclaredType;
import javax.lang.model.type.ExecutableType;
import javax.lang.model.type.TypeMirror;

/** The call of one method, as source. */
final class CallCode {

    private final Model model;
    private final ParameterTypes kinds;

    CallCode(Model model) {
        this.model = model;
        this.kinds = new ParameterTypes(model);
    }

    /** Whether code in the type's package can make the call. */
    boolean reaches(TypeElement type, ExecutableElement method) {
        PackageElement home = model.elements().getPackageOf(type);
        return model.isAccessible(method, home)
                && !new KotlinFunction(method).isSuspending()
                && seen(type, method).getParameterTypes().stream()
                        .allMatch(each -> kinds.of(each).role().isPresent())
                && parameters(type, method).stream().allMatch(parameter -> isVisible(parameter, home, model));
    }

    /** The method's name and arguments. */
    CodeBlock of(TypeElement type, ExecutableElement method) {
        List<TypeMirror> resolved = parameters(type, method);
        List<Parameter.Role> roles = roles(type, method);
        return CodeBlock.of(
                "$L($L)",
                method.getSimpleName(),
                IntStream.range(0, resolved.size())
                        .mapToObj(i -> argument(resolved.get(i), roles.get(i)))
                        .collect(CodeBlock.joining(", ")));
    }

    private CodeBlock argument(TypeMirror parameter, Parameter.Role role) {
        return switch (role) {
            case EVENT -> CodeBlock.of("($T) arguments.event()", TypeName.get(parameter));
            case DRIVER_DOCUMENT -> CodeBlock.of("($T) arguments.driverDocument()", TypeName.get(parameter));
            case PAYLOAD -> CodeBlock.of("($T) arguments.payload()", TypeName.get(parameter));
            case EVENTS -> CodeBlock.of("($T) arguments.events()", TypeName.get(parameter));
            case DRIVER_DOCUMENTS -> CodeBlock.of("($T) arguments.driverDocuments()", TypeName.get(parameter));
            case PAYLOADS -> CodeBlock.of("($T) arguments.payloads()", TypeName.get(parameter));
            case UPDATE_DESCRIPTION -> CodeBlock.of("arguments.updateDescription()");
            case SESSION -> CodeBlock.of("arguments.session()");
            case ATTEMPT -> CodeBlock.of("arguments.attempt()");
            case OPERATION -> CodeBlock.of("arguments.operation()");
            case NAMESPACE -> CodeBlock.of("arguments.namespace()");
            case CLUSTER_TIME -> CodeBlock.of("arguments.clusterTime()");
            case RESUME_TOKEN -> CodeBlock.of("arguments.resumeToken()");
        };
    }

    /** Erased, with what type variables stand for in the type. */
    private List<TypeMirror> parameters(TypeElement type, ExecutableElement method) {
        return seen(type, method).getParameterTypes().stream()
                .<TypeMirror>map(each -> model.types().erasure(each))
                .toList();
    }

    private List<Parameter.Role> roles(TypeElement type, ExecutableElement method) {
        return seen(type, method).getParameterTypes().stream()
                .map(each -> kinds.of(each).role().orElseThrow())
                .toList();
    }

    private ExecutableType seen(TypeElement type, ExecutableElement method) {
        return (ExecutableType) model.types().asMemberOf((DeclaredType) type.asType(), method);
    }

    private static boolean isVisible(TypeMirror parameter, PackageElement home, Model model) {
        return parameter instanceof DeclaredType declared && model.isVisible((TypeElement) declared.asElement(), home);
    }
}
