package dev.onchange.processor.source;

import java.util.List;
import javax.lang.model.element.TypeElement;

/**
 * A type and its handlers.
 *
 * @param type as it is being compiled
 * @param handlers its handlers, inherited ones included
 */
public record HandlerClass(TypeElement type, List<Handler> handlers) {

    /** Reads them. */
    public static HandlerClass of(TypeElement type, List<SourceHandlerMethod> methods, Model model) {
        return new HandlerClass(
                type,
                methods.stream().map(method -> Handler.of(type, method, model)).toList());
    }

    /** Those whose methods stand in the type itself, so that a place in its source can be shown. */
    public List<Handler> own() {
        return handlers.stream()
                .filter(handler -> type.equals(handler.method().getEnclosingElement()))
                .toList();
    }
}
