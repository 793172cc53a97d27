package dev.onchange.engine.scan.rule;

import dev.onchange.engine.message.Message;
import dev.onchange.problem.Problem;
import java.util.List;
import java.util.regex.Pattern;

/** An id is not one that a partition of another handler has. */
final class IdIsNoPartition implements Rule {

    private static final Pattern PARTITION = Pattern.compile(".*\\|\\d+/\\d+", Pattern.DOTALL);

    @Override
    public List<Problem> check(Declaration declaration) {
        String id = declaration.attributes().id();
        return declaration.problemIf(
                id.indexOf('|') >= 0 && PARTITION.matcher(id).matches(), "id", Message.ID_OF_PARTITION, id);
    }
}
