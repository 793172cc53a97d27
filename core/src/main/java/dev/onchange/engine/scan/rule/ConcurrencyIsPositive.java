package dev.onchange.engine.scan.rule;

import dev.onchange.engine.message.Message;
import dev.onchange.problem.Problem;
import java.util.List;

/** A handler works on one change at a time at least. */
final class ConcurrencyIsPositive implements Rule {

    @Override
    public List<Problem> check(Declaration declaration) {
        int concurrency = declaration.attributes().concurrency();
        return declaration.problemIf(concurrency < 1, "concurrency", Message.CONCURRENCY_BELOW_ONE, concurrency);
    }
}
