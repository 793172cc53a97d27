package dev.onchange.processor.source;

import dev.onchange.scan.Parameter;
import dev.onchange.scan.rule.ParameterType;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import javax.lang.model.element.AnnotationMirror;
import javax.lang.model.element.Element;
import javax.lang.model.element.ElementKind;
import javax.lang.model.element.ExecutableElement;
import javax.lang.model.element.Modifier;
import javax.lang.model.element.TypeElement;
import javax.lang.model.element.VariableElement;
import javax.lang.model.type.ArrayType;
import javax.lang.model.type.DeclaredType;
import javax.lang.model.type.TypeKind;
import javax.lang.model.type.TypeMirror;
import javax.lang.model.util.ElementFilter;
import org.jspecify.annotations.Nullable;

/**
 * The fields that documents of a payload type have, as the driver's codecs of records and classes see them. All fields of
 * a class count, whether or not they can be reached, so that it does not matter what other processors add to it.
 */
public final class PayloadFields {

    private static final String ID = "_id";

    private static final Set<ElementKind> WITH_FIELDS = Set.of(ElementKind.CLASS, ElementKind.RECORD);

    private final Model model;
    private final ParameterTypes kinds;

    /** Of types in this model. */
    public PayloadFields(Model model) {
        this.model = model;
        this.kinds = new ParameterTypes(model);
    }

    /** Those of a handler's payload; empty if it has none, or a type that may have any fields. */
    public Optional<Fields> of(Handler handler, Declared declared) {
        TypeMirror payload = declared.classValue("payload");
        if (payload != null && payload.getKind() != TypeKind.VOID) {
            return fields(payload);
        }
        for (VariableElement parameter : handler.method().getParameters()) {
            Optional<TypeMirror> shown = shown(parameter.asType());
            if (shown.isPresent()) {
                return fields(shown.get());
            }
        }
        return Optional.empty();
    }

    /** The names of a handler's payload type and of those of its fields, as far as they have fields. */
    public Set<String> types(Handler handler, Declared declared) {
        Set<String> names = new HashSet<>();
        of(handler, declared).ifPresent(fields -> addTypes(fields, names));
        return names;
    }

    private void addTypes(Fields fields, Set<String> names) {
        if (names.add(fields.binaryName())) {
            fields.types().keySet().forEach(name -> below(fields, name).ifPresent(inner -> addTypes(inner, names)));
        }
    }

    /** Those of the documents in a field. */
    public Optional<Fields> below(Fields fields, String name) {
        TypeMirror type = fields.types().get(name);
        return type == null ? Optional.empty() : fields(element(type));
    }

    private Optional<TypeMirror> shown(TypeMirror parameter) {
        if (!ParameterTypes.isKnown(parameter)) {
            return Optional.empty();
        }
        Optional<Parameter.Role> role = kinds.of(parameter).role();
        if (role.isEmpty()) {
            return Optional.empty();
        }
        return switch (role.get()) {
            case PAYLOAD -> Optional.of(parameter);
            case EVENT, DRIVER_DOCUMENT ->
                ((DeclaredType) parameter)
                        .getTypeArguments().stream()
                                .<TypeMirror>map(each -> each)
                                .findFirst();
            default -> Optional.empty();
        };
    }

    /** What elements an array or a collection has; the type itself if it is neither. */
    private TypeMirror element(TypeMirror type) {
        if (type instanceof ArrayType array) {
            return array.getComponentType();
        }
        return type instanceof DeclaredType declared
                        && declared.getTypeArguments().size() == 1
                        && model.isBelow(type, Iterable.class)
                ? declared.getTypeArguments().get(0)
                : type;
    }

    private Optional<Fields> fields(TypeMirror type) {
        if (!(type instanceof DeclaredType declared) || kinds.of(type).form() != ParameterType.Form.CLASS) {
            return Optional.empty();
        }
        TypeElement element = (TypeElement) declared.asElement();
        // What is abstract may stand for classes with further fields; what the driver brings along is a document.
        boolean closed = WITH_FIELDS.contains(element.getKind())
                && !element.getModifiers().contains(Modifier.ABSTRACT)
                && model.isResolved(element)
                && !model.name(element).startsWith("org.bson.");
        return closed ? Optional.of(new Reading(element).fields()) : Optional.empty();
    }

    /**
     * The fields of one type.
     *
     * @param type its name
     * @param binaryName its name as the class loader knows it
     * @param types of each field
     * @param stored under which name the documents have what the class calls otherwise
     */
    public record Fields(String type, String binaryName, Map<String, TypeMirror> types, Map<String, String> stored) {

        public Fields {
            types = Map.copyOf(types);
            stored = Map.copyOf(stored);
        }

        /** Whether no document of the type has such a field. */
        public boolean isMissing(String name) {
            return !name.equals(ID) && !types.containsKey(name);
        }

        /** Their names. */
        public Set<String> names() {
            return types.keySet();
        }

        /** The name in documents of what the class calls so; null if the class has no other name for it. */
        public @Nullable String storedAs(String name) {
            return stored.get(name);
        }
    }

    /** Reads the fields of one type. */
    private final class Reading {

        private final TypeElement type;
        private final Map<String, TypeMirror> types = new HashMap<>();
        private final Map<String, String> stored = new HashMap<>();

        private Reading(TypeElement type) {
            this.type = type;
        }

        private Fields fields() {
            Lineage.of(type, model).forEach(this::read);
            stored.keySet().forEach(types::remove);
            return new Fields(type.getSimpleName().toString(), model.name(type), types, stored);
        }

        private void read(TypeElement ancestor) {
            ElementFilter.recordComponentsIn(ancestor.getEnclosedElements())
                    .forEach(component -> add(component.getSimpleName().toString(), component.asType(), component));
            ElementFilter.fieldsIn(ancestor.getEnclosedElements()).stream()
                    .filter(field -> !field.getModifiers().contains(Modifier.STATIC))
                    .forEach(field -> add(field.getSimpleName().toString(), field.asType(), field));
            ElementFilter.methodsIn(ancestor.getEnclosedElements()).stream()
                    .filter(method -> !method.getModifiers().contains(Modifier.STATIC))
                    .forEach(this::readAccessor);
        }

        private void readAccessor(ExecutableElement method) {
            String name = method.getSimpleName().toString();
            if (name.startsWith("get") && method.getParameters().isEmpty()) {
                add(decapitalized(name, 3), method.getReturnType(), method);
            } else if (name.startsWith("is") && method.getParameters().isEmpty()) {
                add(decapitalized(name, 2), method.getReturnType(), method);
            } else if (name.startsWith("set") && method.getParameters().size() == 1) {
                add(decapitalized(name, 3), method.getParameters().get(0).asType(), method);
            }
        }

        private void add(String name, TypeMirror fieldType, Element element) {
            if (name.isEmpty()) {
                return;
            }
            boolean namedId = type.getKind() == ElementKind.CLASS && name.equals("id");
            for (AnnotationMirror annotation : element.getAnnotationMirrors()) {
                String kind = annotation
                        .getAnnotationType()
                        .asElement()
                        .getSimpleName()
                        .toString();
                if (kind.equals("BsonId")) {
                    rename(name, ID, fieldType);
                    return;
                }
                if (kind.equals("BsonProperty")) {
                    annotation.getElementValues().forEach((attribute, value) -> {
                        if (attribute.getSimpleName().contentEquals("value")
                                && !value.getValue().toString().isEmpty()) {
                            rename(name, value.getValue().toString(), fieldType);
                        }
                    });
                }
            }
            types.putIfAbsent(name, fieldType);
            // The codec of classes takes a property called id for the key.
            if (namedId && !stored.containsKey(name)) {
                rename(name, ID, fieldType);
            }
        }

        private void rename(String name, String storedName, TypeMirror fieldType) {
            types.put(storedName, fieldType);
            if (!name.equals(storedName)) {
                stored.put(name, storedName);
            }
        }

        private static String decapitalized(String name, int from) {
            return name.length() == from ? "" : Character.toLowerCase(name.charAt(from)) + name.substring(from + 1);
        }
    }
}
