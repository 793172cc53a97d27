package dev.onchange.processor.check;

import dev.onchange.processor.source.HandlerClass;

/** Each parameter is one that something supplies. */
final class ParametersAreSupplied implements Check {

    @Override
    public void check(HandlerClass handlers, Report report) {
        handlers.own()
                .forEach(handler -> handler.signature()
                        .problems()
                        .forEach((parameter, problem) -> report.error(problem, parameter)));
    }
}
