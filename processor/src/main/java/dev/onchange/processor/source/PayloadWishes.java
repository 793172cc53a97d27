package dev.onchange.processor.source;

import dev.onchange.engine.scan.Parameter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import javax.lang.model.type.DeclaredType;
import javax.lang.model.type.TypeKind;
import javax.lang.model.type.TypeMirror;
import javax.lang.model.type.WildcardType;
import org.jspecify.annotations.Nullable;

/** What the places of a handler want of the payload type, as {@code dev.onchange.engine.scan} reads it when listeners start. */
public final class PayloadWishes {

    private final Model model;
    private final ParameterTypes kinds;

    /** Of types in this model. */
    public PayloadWishes(Model model) {
        this.model = model;
        this.kinds = new ParameterTypes(model);
    }

    /**
     * What one place wants.
     *
     * @param source the place, for messages
     * @param type the type it names
     * @param exact whether it must be that type; else a subtype will do
     */
    public record Wish(String source, TypeMirror type, boolean exact) {}

    /** The first two that cannot both be granted; empty if all can, or if not all types are known here. */
    public Optional<List<Wish>> contradiction(Handler handler, Declared declared) {
        List<Wish> wishes = of(handler, declared);
        if (wishes.isEmpty()
                || !handler.signature().isWhole()
                || !wishes.stream().map(Wish::type).allMatch(ParameterTypes::isKnown)) {
            return Optional.empty();
        }
        Wish decisive = decisive(wishes);
        return wishes.stream()
                .filter(wish -> !isGranted(wish, decisive.type()))
                .findFirst()
                .map(wish -> List.of(decisive, wish));
    }

    private List<Wish> of(Handler handler, Declared declared) {
        List<Wish> wishes = new ArrayList<>();
        TypeMirror payload = declared.classValue("payload");
        if (payload != null && payload.getKind() != TypeKind.VOID) {
            add("payload", payload, true, wishes);
        }
        for (int i = 0; i < handler.parameterTypes().size(); i++) {
            TypeMirror type = handler.parameterTypes().get(i);
            Optional<Parameter.Role> role =
                    ParameterTypes.isKnown(type) ? kinds.of(type).role() : Optional.empty();
            String source = "parameter " + (i + 1);
            if (role.filter(Parameter.Role::isList).isPresent()) {
                type = ParameterTypes.elementOf((DeclaredType) type);
                role = kinds.of(type).role();
            }
            if (role.filter(Parameter.Role.PAYLOAD::equals).isPresent()) {
                add(source, type, false, wishes);
            } else if (role.isPresent() && type instanceof DeclaredType event) {
                event.getTypeArguments().stream().findFirst().ifPresent(argument -> add(source, argument, wishes));
            }
        }
        return wishes;
    }

    private void add(String source, TypeMirror argument, List<Wish> wishes) {
        if (argument instanceof WildcardType wildcard) {
            boolean lower = wildcard.getSuperBound() != null;
            add(source, lower ? wildcard.getSuperBound() : wildcard.getExtendsBound(), lower, wishes);
        } else {
            add(source, argument, true, wishes);
        }
    }

    private void add(String source, @Nullable TypeMirror type, boolean exact, List<Wish> wishes) {
        if (type != null && !type.toString().equals(Object.class.getName())) {
            wishes.add(new Wish(source, type, exact));
        }
    }

    private Wish decisive(List<Wish> wishes) {
        // Sorting is stable, and false comes before true.
        List<Wish> exactFirst = wishes.stream()
                .sorted(Comparator.comparing(wish -> !wish.exact()))
                .toList();
        return exactFirst.stream()
                .filter(wish -> wishes.stream().allMatch(other -> isGranted(other, wish.type())))
                .findFirst()
                .orElse(exactFirst.get(0));
    }

    private boolean isGranted(Wish wish, TypeMirror payload) {
        if (model.types().isSameType(wish.type(), payload)) {
            return true;
        }
        boolean plain = wish.type() instanceof DeclaredType declared
                && declared.getTypeArguments().isEmpty();
        return !wish.exact()
                && plain
                && Stream.of(payload, wish.type()).allMatch(ParameterTypes::isKnown)
                && model.types()
                        .isSubtype(model.types().erasure(payload), model.types().erasure(wish.type()));
    }
}
