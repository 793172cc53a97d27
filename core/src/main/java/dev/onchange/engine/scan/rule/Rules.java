package dev.onchange.engine.scan.rule;

import dev.onchange.problem.Problem;
import java.util.ArrayList;
import java.util.List;

/** All rules that a declaration must satisfy. */
public final class Rules {

    /** The rules that the source alone decides. */
    public static final List<Rule> OF_SOURCE = List.of(
            new ReadableId(),
            new IdIsNoPartition(),
            new ScopeFitsNames(),
            new DatabaseCanBeWatched(),
            new CollectionCanBeWatched(),
            new OperationsExist(),
            new OperationsAreExpanded(),
            new OperationsOccurInScope(),
            new ConcurrencyIsPositive(),
            new ConcurrencyHasLanes(),
            new PartitionsCanBeShared(),
            new SwitchesAreBoolean(),
            new TimeoutIsPositive(),
            new CollationIsValid(),
            new BroadcastFailsApart(),
            new RetryNumbersAreInRange(),
            new RetryDurationsAreValid(),
            new RetryHasAttempts(),
            new RetryExceptionsAgree(),
            new SessionFitsTransaction(),
            new UpdateDescriptionCanOccur(),
            new DocumentCanOccur(),
            ImageConcernsOperations.after(),
            ImageConcernsOperations.before(),
            new BatchTakesList(),
            new BatchIsInRange(),
            new CoalescingIsSound(),
            new SnapshotCanBeTaken());

    /** The rules that need facts known only when the listeners start. */
    public static final List<Rule> OF_START = List.of(new DatabaseIsNamed());

    /** The rules whose breach is possible, and hardly meant: it is said, and nothing refused. */
    public static final List<Rule> OF_NOTICE = List.of(new NamesAreMeant());

    private Rules() {}

    /** The problems found by the rules, in their order. */
    public static List<Problem> check(List<Rule> rules, Declaration declaration) {
        List<Problem> problems = new ArrayList<>();
        // Of ten thousand handlers nearly none breaks one.
        for (Rule rule : rules) {
            List<Problem> found = rule.check(declaration);
            if (!found.isEmpty()) {
                problems.addAll(found);
            }
        }
        return problems;
    }
}
