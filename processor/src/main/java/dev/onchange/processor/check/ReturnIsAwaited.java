package dev.onchange.processor.check;

import dev.onchange.engine.message.Message;
import dev.onchange.engine.scan.rule.ReturnTypes;
import dev.onchange.processor.source.HandlerClass;
import dev.onchange.processor.source.Model;
import java.util.Set;

/** What is still at work when the method returns is of a type that is waited for. */
final class ReturnIsAwaited implements SourceCheck {

    private final Model model;

    ReturnIsAwaited(Model model) {
        this.model = model;
    }

    @Override
    public void check(HandlerClass handlers, Report report) {
        handlers.own().forEach(handler -> {
            Set<String> returned =
                    model.ancestors(model.types().erasure(handler.method().getReturnType()));
            ReturnTypes.leavingWorkBehind(model.annotations(handler.method(), handlers.type()), returned)
                    .map(name -> Message.ASYNCHRONOUS_METHOD.at(handler.where(), name))
                    .ifPresent(problem -> report.error(problem, handler.method()));
            if (ReturnTypes.areForgotten(returned)) {
                report.error(
                        Message.RETURN_NOT_AWAITED.at(
                                handler.where(),
                                handler.method().getReturnType().toString()),
                        handler.method());
            }
        });
    }
}
