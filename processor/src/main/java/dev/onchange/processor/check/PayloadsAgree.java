package dev.onchange.processor.check;

import dev.onchange.engine.message.Message;
import dev.onchange.problem.Problem;
import dev.onchange.processor.source.Declared;
import dev.onchange.processor.source.Handler;
import dev.onchange.processor.source.Handler.AnnotatedDeclaration;
import dev.onchange.processor.source.HandlerClass;
import dev.onchange.processor.source.Model;
import dev.onchange.processor.source.PayloadWishes;
import dev.onchange.processor.source.PayloadWishes.Wish;
import java.util.List;
import javax.lang.model.element.AnnotationValue;

/** All places of a handler that name a payload type can have the same. */
final class PayloadsAgree implements SourceCheck {

    private final PayloadWishes wishes;

    PayloadsAgree(Model model) {
        this.wishes = new PayloadWishes(model);
    }

    @Override
    public void check(HandlerClass handlers, Report report) {
        for (Handler handler : handlers.handlers()) {
            for (AnnotatedDeclaration each : handler.declarations()) {
                wishes.contradiction(handler, each.declared())
                        .ifPresent(two -> report(problem(handler, two), handler, each.declared(), handlers, report));
            }
        }
    }

    private static void report(
            Problem problem, Handler handler, Declared declared, HandlerClass handlers, Report report) {
        AnnotationValue payload = declared.written("payload");
        if (!handlers.own().contains(handler)) {
            // Elsewhere it has been said already, unless the class decides what the types are.
            if (handler.isGeneric()) {
                report.error(problem, handlers.type());
            }
        } else if (payload == null) {
            report.error(problem, handler.method());
        } else {
            report.error(problem, handler.method(), declared, payload);
        }
    }

    private static Problem problem(Handler handler, List<Wish> two) {
        return Message.CONTRADICTORY_PAYLOAD.at(
                handler.where(),
                two.get(0).source(),
                two.get(0).type().toString(),
                two.get(1).source(),
                two.get(1).type().toString());
    }
}
