package dev.onchange.spring;

import dev.onchange.OnChangeException;
import dev.onchange.problem.Problem;
import java.util.stream.Collectors;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Says at a failed start what is wrong with the handlers, in place of a stack trace. */
final class OnChangeFailureAnalyzer extends AbstractFailureAnalyzer<OnChangeException> {

    @Override
    protected FailureAnalysis analyze(Throwable rootFailure, OnChangeException cause) {
        String todo = cause.problems().stream().map(Problem::todo).distinct().collect(Collectors.joining("\n"));
        return new FailureAnalysis(cause.getMessage(), todo, cause);
    }
}
