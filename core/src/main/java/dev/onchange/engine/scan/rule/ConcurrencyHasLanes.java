package dev.onchange.engine.scan.rule;

import dev.onchange.Ordering;
import dev.onchange.engine.message.Message;
import dev.onchange.problem.Problem;
import java.util.List;

/** Several changes at a time are wanted only where the order allows it. */
final class ConcurrencyHasLanes implements Rule {

    @Override
    public List<Problem> check(Declaration declaration) {
        int concurrency = declaration.attributes().concurrency();
        return declaration.problemIf(
                concurrency > 1 && declaration.attributes().ordering() == Ordering.STREAM,
                "concurrency",
                Message.CONCURRENCY_WITHOUT_LANES,
                concurrency);
    }
}
