package dev.onchange.processor.check;

import dev.onchange.engine.message.Message;
import dev.onchange.processor.source.Handler;
import dev.onchange.processor.source.HandlerClass;

/** Of several annotations on one method, one at most goes without an id. */
final class RepeatedHaveIds implements SourceCheck {

    @Override
    public void check(HandlerClass handlers, Report report) {
        for (Handler handler : handlers.own()) {
            long withoutId = handler.declarations().stream()
                    .filter(each -> each.attributes().id().isEmpty())
                    .count();
            if (withoutId > 1) {
                report.error(
                        Message.REPEATED_WITHOUT_ID.at(
                                handler.where(), handler.declarations().size(), withoutId),
                        handler.method());
            }
        }
    }
}
