package dev.onchange.engine.match;

import java.util.List;

/**
 * Finds filters whose failure depends on the order in which their parts are evaluated. A stream evaluates some parts earlier than
 * others, on the oplog, and so may never reach the one that fails.
 */
final class Failing {

    private Failing() {}

    static boolean dependsOnOrder(Node node) {
        if (node instanceof Node.All all) {
            List<Node> allButLast =
                    all.parts().subList(0, Math.max(0, all.parts().size() - 1));
            return allButLast.stream().anyMatch(Failing::canFail)
                    || all.parts().stream().anyMatch(Failing::dependsOnOrder);
        }
        if (node instanceof Node.Any any) {
            return any.parts().stream().anyMatch(Failing::dependsOnOrder);
        }
        return node instanceof Node.Not not && dependsOnOrder(not.part());
    }

    private static boolean canFail(Node node) {
        if (node instanceof Node.All all) {
            return all.parts().stream().anyMatch(Failing::canFail);
        }
        if (node instanceof Node.Any any) {
            return any.parts().stream().anyMatch(Failing::canFail);
        }
        return node instanceof Node.Not not && canFail(not.part())
                || node instanceof Node.Expr expr && expr.expression().canFail();
    }
}
