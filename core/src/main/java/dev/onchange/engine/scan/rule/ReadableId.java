package dev.onchange.engine.scan.rule;

import dev.onchange.engine.message.Message;
import dev.onchange.problem.Problem;
import java.util.List;
import java.util.OptionalInt;

/** An id, if there is one, can be read. */
final class ReadableId implements Rule {

    @Override
    public List<Problem> check(Declaration declaration) {
        String id = declaration.attributes().id();
        OptionalInt control = id.chars().filter(Character::isISOControl).findFirst();
        if (control.isPresent()) {
            return List.of(declaration.problem("id", Message.CONTROL_IN_ID, "U+%04X".formatted(control.getAsInt())));
        }
        return declaration.problemIf(!id.isEmpty() && id.isBlank(), "id", Message.BLANK_ID);
    }
}
