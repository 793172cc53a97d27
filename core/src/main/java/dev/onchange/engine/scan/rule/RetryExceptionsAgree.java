package dev.onchange.engine.scan.rule;

import dev.onchange.engine.message.Message;
import dev.onchange.engine.scan.rule.RetryAttributes.Exceptions;
import dev.onchange.problem.Problem;
import java.util.ArrayList;
import java.util.List;

/** No exception has two answers. */
final class RetryExceptionsAgree implements Rule {

    @Override
    public List<Problem> check(Declaration declaration) {
        Exceptions exceptions = declaration.attributes().retry().exceptions();
        if (isDefault(exceptions.on()) && exceptions.except().isEmpty()) {
            return List.of();
        }
        List<Problem> problems = new ArrayList<>();
        if (!isDefault(exceptions.on())) {
            exceptions.on().stream()
                    .filter(exceptions.except()::contains)
                    .forEach(type -> problems.add(twice(declaration, type, "on", "except")));
            exceptions.on().stream()
                    .filter(exceptions.stopOn()::contains)
                    .forEach(type -> problems.add(twice(declaration, type, "on", "stopOn")));
        }
        exceptions.except().stream()
                .filter(exceptions.stopOn()::contains)
                .forEach(type -> problems.add(twice(declaration, type, "except", "stopOn")));
        return problems;
    }

    /** The default was not written by the user, so it contradicts no other list. */
    private static boolean isDefault(List<String> on) {
        return on.equals(RetryAttributes.DEFAULT.exceptions().on());
    }

    private static Problem twice(Declaration declaration, String type, String one, String other) {
        return declaration.problem("retry." + other, Message.EXCEPTION_WITH_TWO_ANSWERS, type, one, other);
    }
}
