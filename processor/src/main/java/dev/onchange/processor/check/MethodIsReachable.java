package dev.onchange.processor.check;

import dev.onchange.engine.message.Message;
import dev.onchange.processor.source.HandlerClass;
import javax.lang.model.element.Modifier;

/** A handler can be called: it is neither private nor static. */
final class MethodIsReachable implements SourceCheck {

    @Override
    public void check(HandlerClass handlers, Report report) {
        handlers.own().forEach(handler -> {
            if (handler.method().getModifiers().contains(Modifier.PRIVATE)) {
                report.error(Message.PRIVATE_METHOD.at(handler.where()), handler.method());
            } else if (handler.method().getModifiers().contains(Modifier.STATIC)) {
                report.error(Message.STATIC_METHOD.at(handler.where()), handler.method());
            }
        });
    }
}
