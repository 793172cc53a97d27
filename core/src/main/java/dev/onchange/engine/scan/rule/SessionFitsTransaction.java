package dev.onchange.engine.scan.rule;

import dev.onchange.engine.message.Message;
import dev.onchange.engine.scan.Parameter;
import dev.onchange.problem.Problem;
import java.util.List;

/** A session is taken where there is a transaction, and only there. */
final class SessionFitsTransaction implements Rule {

    @Override
    public List<Problem> check(Declaration declaration) {
        boolean transactional = declaration.attributes().transactional();
        boolean session = declaration.roles().contains(Parameter.Role.SESSION);
        if (transactional == session) {
            return List.of();
        }
        Message message = session ? Message.SESSION_WITHOUT_TRANSACTION : Message.TRANSACTION_WITHOUT_SESSION;
        return List.of(declaration.problem("transactional", message));
    }
}
