package dev.onchange.processor.check;

import dev.onchange.processor.source.HandlerClass;
import dev.onchange.processor.source.Model;
import java.util.List;

/** All that is checked, in this order. */
public final class Checks {

    private final List<SourceCheck> all;

    /** Checks of types in this model. */
    public Checks(Model model) {
        this.all = List.of(
                new MethodIsReachable(),
                new ParametersAreSupplied(),
                new ReturnIsAwaited(model),
                new PayloadIsUsed(),
                new PayloadsAgree(model),
                new RepeatedHaveIds(),
                new IdsDiffer(model),
                new OverridesHaveTheType(),
                new PlaceholdersAreWellFormed(),
                new DeclarationsAreSound(),
                new MatchIsValid(),
                new PipelineIsValid(),
                new CanBeCalled(model));
    }

    /** Whether there is no error; warnings do not count. */
    public boolean pass(HandlerClass handlers, Report report) {
        int before = report.errors();
        all.forEach(check -> check.check(handlers, report));
        return report.errors() == before;
    }
}
