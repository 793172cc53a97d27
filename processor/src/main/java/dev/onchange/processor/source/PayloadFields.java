package dev.onchange.processor.source;

import dev.onchange.engine.match.notice.DocumentFields;
import dev.onchange.engine.match.notice.ValueKind;
import dev.onchange.engine.scan.Parameter;
import dev.onchange.engine.scan.rule.ParameterType;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.lang.model.element.AnnotationMirror;
import javax.lang.model.element.Element;
import javax.lang.model.element.ElementKind;
import javax.lang.model.element.ExecutableElement;
import javax.lang.model.element.Modifier;
import javax.lang.model.element.TypeElement;
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
        for (TypeMirror parameter : handler.parameterTypes()) {
            Optional<TypeMirror> shown = shown(parameter);
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

    /** Those of a handler's payload, for notices. */
    public Optional<DocumentFields> document(Handler handler, Declared declared) {
        return of(handler, declared).map(Document::new);
    }

    /** Those of the documents in a field. */
    private Optional<Fields> below(Fields fields, String name) {
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
        if (role.get().isList()) {
            return shown(ParameterTypes.elementOf((DeclaredType) parameter));
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
     * @param represented the stored names of fields whose values are of another type than the class says
     * @param open whether documents may have further fields, for which the class has a place, or a class below it has
     */
    public record Fields(
            String type,
            String binaryName,
            Map<String, TypeMirror> types,
            Map<String, String> stored,
            Set<String> represented,
            boolean open) {

        public Fields {
            types = Map.copyOf(types);
            stored = Map.copyOf(stored);
            represented = Set.copyOf(represented);
        }

        /** Whether no document of the type has such a field. */
        public boolean isMissing(String name) {
            return !open && !name.equals(ID) && !types.containsKey(name);
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

    /** The fields of one type, and of those below it. */
    private final class Document implements DocumentFields {

        private final Fields fields;

        private Document(Fields fields) {
            this.fields = fields;
        }

        @Override
        public String type() {
            return fields.type();
        }

        @Override
        public boolean isMissing(String name) {
            return fields.isMissing(name);
        }

        @Override
        public Set<String> names() {
            return fields.names();
        }

        @Override
        public @Nullable String storedAs(String name) {
            return fields.storedAs(name);
        }

        @Override
        public Optional<DocumentFields> below(String name) {
            return PayloadFields.this.below(fields, name).map(Document::new);
        }

        @Override
        public ValueKind kind(String name) {
            TypeMirror type = fields.types().get(name);
            if (type == null || fields.represented().contains(name)) {
                return ValueKind.ANY;
            }
            TypeMirror element = element(type);
            return element instanceof DeclaredType declared
                            && declared.asElement().getKind() == ElementKind.ENUM
                    ? ValueKind.STRING
                    : ValueKind.ofType(model.types().erasure(element).toString());
        }

        @Override
        public boolean isArray(String name) {
            TypeMirror type = fields.types().get(name);
            return type != null && element(type) != type;
        }

        @Override
        public Set<String> constants(String name) {
            TypeMirror type = fields.types().get(name);
            if (type == null
                    || fields.represented().contains(name)
                    || !(element(type) instanceof DeclaredType declared)
                    || declared.asElement().getKind() != ElementKind.ENUM) {
                return Set.of();
            }
            return declared.asElement().getEnclosedElements().stream()
                    .filter(each -> each.getKind() == ElementKind.ENUM_CONSTANT)
                    .map(constant -> constant.getSimpleName().toString())
                    .collect(Collectors.toSet());
        }
    }

    /** Reads the fields of one type. */
    private final class Reading {

        private final TypeElement type;
        private final Map<String, TypeMirror> types = new HashMap<>();
        private final Map<String, String> stored = new HashMap<>();
        private final Set<String> represented = new HashSet<>();
        private boolean open;

        private Reading(TypeElement type) {
            this.type = type;
        }

        private Fields fields() {
            Lineage.of(type, model).forEach(this::read);
            stored.keySet().forEach(types::remove);
            return new Fields(type.getSimpleName().toString(), model.name(type), types, stored, represented, open);
        }

        private void read(TypeElement ancestor) {
            ancestor.getAnnotationMirrors().forEach(this::readDiscriminator);
            Stream.concat(
                            ElementFilter.constructorsIn(ancestor.getEnclosedElements()).stream(),
                            ElementFilter.methodsIn(ancestor.getEnclosedElements()).stream())
                    .filter(creator -> annotation(creator, "BsonCreator").isPresent())
                    .flatMap(creator -> creator.getParameters().stream())
                    .filter(parameter -> annotation(parameter, "BsonProperty").isPresent())
                    .forEach(parameter -> add(parameter.getSimpleName().toString(), parameter.asType(), parameter));
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

        /** Such a class also stands for those below it, which may have further fields. */
        private void readDiscriminator(AnnotationMirror annotation) {
            if (isCalled("BsonDiscriminator", annotation)) {
                String key = value(annotation, "key").orElse("_t");
                types.putIfAbsent(key, type.asType());
                open |= !type.getModifiers().contains(Modifier.FINAL);
            }
        }

        private void add(String name, TypeMirror fieldType, Element element) {
            open |= annotation(element, "BsonExtraElements").isPresent();
            if (name.isEmpty()) {
                return;
            }
            if (annotation(element, "BsonRepresentation").isPresent()) {
                represented.add(name);
            }
            boolean namedId = type.getKind() == ElementKind.CLASS && name.equals("id");
            if (annotation(element, "BsonId").isPresent()) {
                rename(name, ID, fieldType);
                return;
            }
            annotation(element, "BsonProperty")
                    .flatMap(annotation -> value(annotation, "value"))
                    .ifPresent(storedName -> rename(name, storedName, fieldType));
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
                if (represented.contains(name)) {
                    represented.add(storedName);
                }
            }
        }

        private static Optional<AnnotationMirror> annotation(Element element, String name) {
            return element.getAnnotationMirrors().stream()
                    .<AnnotationMirror>map(each -> each)
                    .filter(each -> isCalled(name, each))
                    .findFirst();
        }

        private static boolean isCalled(String name, AnnotationMirror annotation) {
            return annotation.getAnnotationType().asElement().getSimpleName().contentEquals(name);
        }

        /** A text; empty if it is not written, or empty. */
        private static Optional<String> value(AnnotationMirror annotation, String attribute) {
            return annotation.getElementValues().entrySet().stream()
                    .filter(each -> each.getKey().getSimpleName().contentEquals(attribute))
                    .map(each -> each.getValue().getValue().toString())
                    .filter(text -> !text.isEmpty())
                    .findFirst();
        }

        private static String decapitalized(String name, int from) {
            return name.length() == from ? "" : Character.toLowerCase(name.charAt(from)) + name.substring(from + 1);
        }
    }
}
