package dev.onchange.engine.scan;

import dev.onchange.Placeholders;
import dev.onchange.RetryPolicy;
import dev.onchange.engine.scan.rule.Attributes;
import dev.onchange.engine.scan.rule.CallAttributes;
import dev.onchange.engine.scan.rule.Declaration;
import dev.onchange.engine.scan.rule.Durations;
import dev.onchange.engine.scan.rule.RetryAttributes;
import dev.onchange.engine.scan.rule.Rules;
import dev.onchange.engine.scan.rule.StreamAttributes;
import dev.onchange.problem.Problem;
import dev.onchange.status.Notice;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Turns a handler that was declared without an annotation into a {@link HandlerSpec}, or into all that is wrong with
 * it.
 */
final class FunctionReader {

    private final Placeholders placeholders;
    private final String defaultDatabase;

    FunctionReader(Placeholders placeholders, String defaultDatabase) {
        this.placeholders = placeholders;
        this.defaultDatabase = defaultDatabase;
    }

    ScanResult read(FunctionDeclaration declared) {
        List<Problem> problems = new ArrayList<>();
        Attributes attributes = resolved(declared, problems);
        HandlerTarget target = new HandlerTarget.OfFunction(name(attributes), declared.function());
        Declaration declaration = new Declaration(target.where(), attributes, declared.roles(), true);
        Stream.of(Rules.OF_SOURCE, Rules.OF_START)
                .flatMap(rules -> Rules.check(rules, declaration).stream())
                .map(problem -> inWordsOf(target, problem))
                .forEach(problems::add);
        if (!problems.isEmpty()) {
            return new ScanResult(List.of(), problems);
        }
        if (HandlerReader.isSwitchedOff(attributes)) {
            return HandlerReader.switchedOff(target.where("enabled"));
        }
        HandlerReader.Typing typing = new HandlerReader.Typing(
                declared.payload(), declared.retry(), new RecoveryOptions(null, declared.recoverer()));
        HandlerSpec spec = HandlerReader.spec(attributes, target, FoundBy.FUNCTION, typing);
        List<Notice> notices = Rules.check(Rules.OF_NOTICE, declaration).stream()
                .map(problem -> Notice.of(inWordsOf(target, problem)))
                .toList();
        return new ScanResult(List.of(spec), List.of(), notices);
    }

    /** How it was written, as far as that tells it from others; without an id this is its id too. */
    private static String name(Attributes attributes) {
        WatchedScope watched = HandlerReader.watched(attributes);
        String on = switch (watched.scope()) {
            case COLLECTION -> "on(" + watched + ")";
            case DATABASE -> "onDatabase(" + watched.database() + ")";
            default -> "onDeployment()";
        };
        return attributes.id().isEmpty() ? on : on + ".id(" + attributes.id() + ")";
    }

    private static Problem inWordsOf(HandlerTarget target, Problem problem) {
        String attribute = Declaration.attribute(problem);
        return attribute.isEmpty()
                ? problem
                : new Problem(problem.code(), target.where(attribute), problem.what(), problem.todo());
    }

    private Attributes resolved(FunctionDeclaration declared, List<Problem> problems) {
        Attributes written = declared.attributes();
        Texts texts = new Texts(name(written), problems);
        String database = texts.resolved("database", written.database());
        return new Attributes(
                texts.resolved("id", written.id()),
                database.isEmpty() && written.scope() != dev.onchange.Scope.DEPLOYMENT ? defaultDatabase : database,
                texts.resolved("collection", written.collection()),
                written.scope(),
                texts.resolved("operation", written.operations()).stream()
                        .flatMap(text -> Attributes.operationsIn(text).stream())
                        .toList(),
                texts.resolved("match", written.match()),
                texts.resolved("pipeline", written.pipeline()),
                written.fullDocument(),
                written.fullDocumentBeforeChange(),
                written.expandedEvents(),
                written.ordering(),
                written.concurrency(),
                retry(declared.retry()),
                written.exhausted(),
                written.startFrom(),
                written.transactional(),
                written.sharing(),
                written.partitions(),
                new CallAttributes(
                        texts.resolved("enabled", written.calls().enabled()),
                        texts.resolved("paused", written.calls().paused()),
                        texts.resolved("timeout", written.calls().timeout())),
                new StreamAttributes(
                        texts.resolved("comment", written.stream().comment()),
                        texts.resolved("collation", written.stream().collation())),
                written.batch(),
                written.coalescing());
    }

    private static RetryAttributes retry(RetryPolicy retry) {
        RetryAttributes usual = RetryAttributes.DEFAULT;
        return new RetryAttributes(
                retry.attempts(),
                text(retry.backoff(), usual.backoff()),
                retry.multiplier(),
                text(retry.maxBackoff(), usual.maxBackoff()),
                retry.jitter(),
                new RetryAttributes.Exceptions(
                        names(retry.rules().on()),
                        names(retry.rules().except()),
                        names(retry.rules().stopOn())));
    }

    private static List<String> names(List<Class<? extends Throwable>> types) {
        return types.stream().map(Class::getTypeName).toList();
    }

    /**
     * A duration equal to a default of the annotation is written as the annotation writes it: rules compare with that text.
     */
    private static String text(Duration duration, String usual) {
        return duration.equals(Durations.parse(usual)) ? usual : duration.toString();
    }

    /** Resolves placeholders. */
    private final class Texts {

        private final String where;
        private final List<Problem> problems;

        private Texts(String where, List<Problem> problems) {
            this.where = where;
            this.problems = problems;
        }

        private String resolved(String attribute, String text) {
            PlaceholderText placeholder =
                    PlaceholderText.of(placeholders, where + "." + attribute + "(…)", attribute, text);
            String resolved = placeholder.resolved();
            problems.addAll(placeholder.problems());
            return resolved;
        }

        private List<String> resolved(String attribute, List<String> texts) {
            return texts.stream().map(text -> resolved(attribute, text)).toList();
        }
    }
}
