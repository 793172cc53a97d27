package dev.onchange.engine.scan.rule;

import dev.onchange.engine.message.Message;
import dev.onchange.engine.scan.Parameter;
import dev.onchange.problem.Problem;
import java.util.List;
import java.util.Set;

/** Lists are taken where there are batches, and only there. */
final class BatchTakesList implements Rule {

    private static final Set<Parameter.Role> OF_ONE_CHANGE = Set.of(
            Parameter.Role.EVENT,
            Parameter.Role.DRIVER_DOCUMENT,
            Parameter.Role.PAYLOAD,
            Parameter.Role.UPDATE_DESCRIPTION,
            Parameter.Role.OPERATION,
            Parameter.Role.NAMESPACE,
            Parameter.Role.CLUSTER_TIME,
            Parameter.Role.RESUME_TOKEN);

    @Override
    public List<Problem> check(Declaration declaration) {
        boolean list = declaration.roles().stream().anyMatch(Parameter.Role::isList);
        if (!declaration.attributes().batch().isWanted()) {
            return declaration.problemIf(list, "batch", Message.LIST_WITHOUT_BATCH);
        }
        if (!list) {
            return declaration.problemIf(declaration.whole(), "batch", Message.BATCH_WITHOUT_LIST);
        }
        return declaration.problemIf(
                declaration.roles().stream().anyMatch(OF_ONE_CHANGE::contains), "batch", Message.ONE_CHANGE_OF_BATCH);
    }
}
