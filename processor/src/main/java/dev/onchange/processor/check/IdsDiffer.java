package dev.onchange.processor.check;

import dev.onchange.engine.message.Message;
import dev.onchange.engine.scan.rule.Declaration;
import dev.onchange.problem.Problem;
import dev.onchange.processor.source.Handler;
import dev.onchange.processor.source.Handler.AnnotatedDeclaration;
import dev.onchange.processor.source.HandlerClass;
import dev.onchange.processor.source.Model;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** No two handlers of a class have one id, the default one of overloaded methods included. */
final class IdsDiffer implements SourceCheck {

    private final Model model;

    IdsDiffer(Model model) {
        this.model = model;
    }

    @Override
    public void check(HandlerClass handlers, Report report) {
        byId(handlers).forEach((id, same) -> {
            // Of one method's annotations without an id another check tells.
            boolean told = same.stream().map(Identified::handler).distinct().count() == 1
                    && same.get(0).declaration().attributes().id().isEmpty();
            if (same.size() > 1 && !told) {
                report(id, same, handlers, report);
            }
        });
    }

    private static Map<String, List<Identified>> byId(HandlerClass handlers) {
        Map<String, List<Identified>> byId = new LinkedHashMap<>();
        for (Handler handler : handlers.handlers()) {
            for (AnnotatedDeclaration declaration : handler.declarations()) {
                String own = declaration.attributes().id();
                if (!Declaration.isOpen(own)) {
                    byId.computeIfAbsent(own.isEmpty() ? handler.where() : own, id -> new ArrayList<>())
                            .add(new Identified(handler, declaration));
                }
            }
        }
        return byId;
    }

    /** At the last that stands in the class. */
    private void report(String id, List<Identified> same, HandlerClass handlers, Report report) {
        String places = same.stream().map(this::place).collect(Collectors.joining("; "));
        Problem problem = Message.DUPLICATE_ID.at(
                Declaration.where(same.get(same.size() - 1).handler().where(), "id"), id, same.size(), places);
        List<Identified> own = same.stream()
                .filter(each -> handlers.own().contains(each.handler()))
                .toList();
        if (own.isEmpty()) {
            report.error(problem, handlers.type());
        } else {
            Identified last = own.get(own.size() - 1);
            report.error(
                    problem,
                    last.handler().method(),
                    last.declaration().declared(),
                    last.declaration().declared().written("id"));
        }
    }

    private String place(Identified each) {
        String signature = model.signature(each.handler().method());
        return each.handler().where()
                + signature
                        .substring(signature.indexOf('('), signature.lastIndexOf(':'))
                        .replaceAll("[\\w.$]+[.$]", "");
    }

    private record Identified(Handler handler, AnnotatedDeclaration declaration) {}
}
