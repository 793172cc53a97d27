package dev.onchange.processor.check;

import dev.onchange.processor.source.Handler;
import dev.onchange.processor.source.HandlerClass;

/** Each parameter is one that something supplies. */
final class ParametersAreSupplied implements SourceCheck {

    @Override
    public void check(HandlerClass handlers, Report report) {
        for (Handler handler : handlers.handlers()) {
            boolean own = handlers.own().contains(handler);
            handler.signature().problems().forEach((parameter, problem) -> {
                if (own) {
                    report.error(problem, parameter);
                } else if (handler.isGeneric()) {
                    // What the parameter is decides the class, not the method that it inherits.
                    report.error(problem, handlers.type());
                }
            });
        }
    }
}
