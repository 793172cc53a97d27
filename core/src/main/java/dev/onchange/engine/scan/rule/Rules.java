package dev.onchange.engine.scan.rule;

import dev.onchange.problem.Problem;
import java.util.List;

/** All rules that a declaration must satisfy. */
public final class Rules {

    /** Those that the source alone decides. */
    public static final List<Rule> OF_SOURCE = List.of(
            new IdNotBlank(),
            new ScopeFitsNames(),
            new DatabaseCanBeWatched(),
            new CollectionCanBeWatched(),
            new OperationsExist(),
            new OperationsAreExpanded(),
            new OperationsOccurInScope(),
            new ConcurrencyIsPositive(),
            new ConcurrencyHasLanes(),
            new RetryNumbersAreInRange(),
            new RetryDurationsAreValid(),
            new RetryHasAttempts(),
            new RetryExceptionsAgree(),
            new SessionFitsTransaction(),
            new UpdateDescriptionCanOccur(),
            new DocumentCanOccur(),
            new FullDocumentConcernsUpdates(),
            new BeforeImageConcernsChanges());

    /** Those that need what is known when the listeners start. */
    public static final List<Rule> OF_START = List.of(new DatabaseIsNamed());

    private Rules() {}

    /** What is wrong by any of the rules, in their order. */
    public static List<Problem> check(List<Rule> rules, Declaration declaration) {
        return rules.stream().flatMap(rule -> rule.check(declaration).stream()).toList();
    }
}
