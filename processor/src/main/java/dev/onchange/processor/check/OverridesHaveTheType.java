package dev.onchange.processor.check;

import dev.onchange.OnChange;
import dev.onchange.engine.message.Message;
import dev.onchange.processor.source.Handler;
import dev.onchange.processor.source.Handler.AnnotatedDeclaration;
import dev.onchange.processor.source.HandlerClass;
import dev.onchange.processor.source.Mirror;
import java.lang.reflect.Method;
import javax.lang.model.type.TypeMirror;

/** An attribute of a composed annotation that has the name of one of ours has its type too. */
final class OverridesHaveTheType implements SourceCheck {

    @Override
    public void check(HandlerClass handlers, Report report) {
        for (Handler handler : handlers.own()) {
            for (AnnotatedDeclaration declaration : handler.declarations()) {
                for (Mirror composed : declaration.declared().composed()) {
                    for (Method ours : OnChange.class.getDeclaredMethods()) {
                        TypeMirror theirs = composed.typeOf(ours.getName());
                        if (theirs != null && !fits(theirs, ours.getReturnType())) {
                            report.error(
                                    Message.OVERRIDE_OF_OTHER_TYPE.at(
                                            handler.where(),
                                            composed.simpleName(),
                                            ours.getName(),
                                            theirs.toString(),
                                            ours.getReturnType().getSimpleName()),
                                    handler.method(),
                                    declaration.declared(),
                                    null);
                        }
                    }
                }
            }
        }
    }

    private static boolean fits(TypeMirror theirs, Class<?> ours) {
        String name = theirs.toString().replaceAll("<.*>", "");
        return name.equals(ours.getCanonicalName())
                || ours.isArray() && name.equals(ours.getComponentType().getCanonicalName());
    }
}
