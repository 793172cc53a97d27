package dev.onchange.engine.scan;

import java.lang.reflect.Method;
import java.util.List;

/**
 * A method with handler annotations.
 *
 * @param method the one that a call reaches: the annotated method or one that overrides it
 * @param declared at least one
 */
record HandlerMethod(Method method, List<AnnotationDeclaration> declared) {}
