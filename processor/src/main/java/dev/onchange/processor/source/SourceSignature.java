package dev.onchange.processor.source;

import dev.onchange.engine.message.Message;
import dev.onchange.engine.scan.Parameter;
import dev.onchange.engine.scan.rule.ParameterType;
import dev.onchange.problem.Problem;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import javax.lang.model.element.VariableElement;
import javax.lang.model.type.TypeMirror;

/** What a method takes, and which of its parameters nothing supplies. Used once, by one thread. */
public final class SourceSignature {

    private final String where;
    private final ParameterTypes types;
    private final Set<Parameter.Role> roles = EnumSet.noneOf(Parameter.Role.class);
    private final Map<VariableElement, Problem> problems = new LinkedHashMap<>();
    private int payload;
    private boolean known = true;

    /** @param declared the types of the parameters */
    public SourceSignature(
            String where, List<? extends VariableElement> parameters, List<TypeMirror> declared, ParameterTypes types) {
        this.where = where;
        this.types = types;
        for (int i = 0; i < parameters.size(); i++) {
            if (ParameterTypes.isKnown(declared.get(i))) {
                add(i + 1, parameters.get(i), declared.get(i));
            } else {
                known = false;
            }
        }
    }

    public Set<Parameter.Role> roles() {
        return roles;
    }

    public Map<VariableElement, Problem> problems() {
        return problems;
    }

    /** Whether every parameter is known and sound. */
    public boolean isWhole() {
        return known && problems.isEmpty();
    }

    private void add(int number, VariableElement parameter, TypeMirror declared) {
        ParameterType type = types.of(declared);
        Optional<Parameter.Role> role = type.role();
        String place = where + " parameter " + number + " (" + parameter.getSimpleName() + ")";
        if (role.isEmpty()) {
            problems.put(parameter, Message.UNSUPPLIED_PARAMETER.at(place, declared.toString(), type.suggestion()));
        } else if (isPayload(role.get()) && payload > 0) {
            problems.put(parameter, Message.SECOND_PAYLOAD.at(place, payload));
        } else {
            roles.add(role.get());
            payload = isPayload(role.get()) ? number : payload;
        }
    }

    private static boolean isPayload(Parameter.Role role) {
        return role == Parameter.Role.PAYLOAD || role == Parameter.Role.PAYLOADS;
    }
}
