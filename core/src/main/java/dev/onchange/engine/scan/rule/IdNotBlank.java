package dev.onchange.engine.scan.rule;

import dev.onchange.engine.message.Message;
import dev.onchange.problem.Problem;
import java.util.List;

/** An id, if there is one, can be read. */
final class IdNotBlank implements Rule {

    @Override
    public List<Problem> check(Declaration declaration) {
        String id = declaration.attributes().id();
        return declaration.problemIf(!id.isEmpty() && id.isBlank(), "id", Message.BLANK_ID);
    }
}
