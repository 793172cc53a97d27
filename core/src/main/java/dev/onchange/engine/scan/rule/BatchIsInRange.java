package dev.onchange.engine.scan.rule;

import dev.onchange.engine.message.Message;
import dev.onchange.problem.Problem;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Batches are bounded in size and in how long they are waited for. */
final class BatchIsInRange implements Rule {

    /** As many changes of a stream are in memory at most. */
    static final int LARGEST = 4_096;

    /** The position waits as well. */
    static final Duration LONGEST = Duration.ofMinutes(1);

    @Override
    public List<Problem> check(Declaration declaration) {
        BatchAttributes batch = declaration.attributes().batch();
        if (!batch.isWanted()) {
            return List.of();
        }
        List<Problem> problems = new ArrayList<>(declaration.problemIf(
                batch.size() < 1 || batch.size() > LARGEST, "batch.size", Message.BATCH_SIZE, batch.size(), LARGEST));
        problems.addAll(WaitIsShort.check(declaration, "batch.linger", batch.linger(), LONGEST));
        return problems;
    }
}
