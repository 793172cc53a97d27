package dev.onchange.engine.scan.rule;

import dev.onchange.Exhausted;
import dev.onchange.Sharing;
import dev.onchange.engine.message.Message;
import dev.onchange.problem.Problem;
import java.util.ArrayList;
import java.util.List;

/** A change that each instance gets has nothing that all instances share: no dead letter and no transaction. */
final class BroadcastFailsApart implements Rule {

    @Override
    public List<Problem> check(Declaration declaration) {
        Attributes attributes = declaration.attributes();
        List<Problem> problems = new ArrayList<>();
        if (attributes.sharing() == Sharing.BROADCAST) {
            if (attributes.exhausted() == Exhausted.DEAD_LETTER) {
                problems.add(declaration.problem("sharing", Message.DEAD_LETTERS_IN_BROADCAST));
            }
            if (attributes.transactional()) {
                problems.add(declaration.problem("transactional", Message.TRANSACTION_IN_BROADCAST));
            }
        }
        return problems;
    }
}
