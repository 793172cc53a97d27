package dev.onchange.engine.scan.rule;

import dev.onchange.Ordering;
import dev.onchange.Sharing;
import dev.onchange.engine.message.Message;
import dev.onchange.problem.Problem;
import java.util.List;

/** A handler can be divided into that many partitions, and its order and sharing leave something to divide. */
final class PartitionsCanBeShared implements Rule {

    private static final int MOST = 256;

    @Override
    public List<Problem> check(Declaration declaration) {
        Attributes attributes = declaration.attributes();
        int partitions = attributes.partitions();
        if (partitions < 1 || partitions > MOST || Integer.bitCount(partitions) != 1) {
            return List.of(declaration.problem("partitions", Message.PARTITIONS_NO_POWER_OF_TWO, partitions));
        }
        if (partitions > 1 && attributes.sharing() == Sharing.BROADCAST) {
            return List.of(declaration.problem("partitions", Message.PARTITIONS_IN_BROADCAST, partitions));
        }
        return declaration.problemIf(
                partitions > 1 && attributes.ordering() == Ordering.STREAM,
                "partitions",
                Message.PARTITIONS_IN_STREAM_ORDER,
                partitions);
    }
}
