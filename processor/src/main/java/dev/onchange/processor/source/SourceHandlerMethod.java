package dev.onchange.processor.source;

import java.util.List;
import javax.lang.model.element.ExecutableElement;

/**
 * A method with handler annotations.
 *
 * @param method the one that a call reaches: the annotated method or one that overrides it
 * @param declared at least one
 */
public record SourceHandlerMethod(ExecutableElement method, List<Declared> declared) {}
