package dev.onchange.engine.scan;

import dev.onchange.Coalesce;
import dev.onchange.FailureRules;
import dev.onchange.Placeholders;
import dev.onchange.Retry;
import dev.onchange.RetryPolicy;
import dev.onchange.engine.message.Message;
import dev.onchange.engine.scan.rule.Attributes;
import dev.onchange.engine.scan.rule.BatchAttributes;
import dev.onchange.engine.scan.rule.CallAttributes;
import dev.onchange.engine.scan.rule.CoalesceAttributes;
import dev.onchange.engine.scan.rule.Collations;
import dev.onchange.engine.scan.rule.Declaration;
import dev.onchange.engine.scan.rule.Durations;
import dev.onchange.engine.scan.rule.RetryAttributes;
import dev.onchange.engine.scan.rule.Rules;
import dev.onchange.engine.scan.rule.StreamAttributes;
import dev.onchange.problem.Problem;
import dev.onchange.status.Notice;
import java.lang.reflect.Type;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Turns one annotation of one method into a handler, or into all that is wrong with it. */
final class HandlerReader {

    private static final Set<Parameter.Role> SHOWING_THE_PAYLOAD =
            Set.copyOf(EnumSet.range(Parameter.Role.EVENT, Parameter.Role.PAYLOADS));

    private final Placeholders placeholders;
    private final String defaultDatabase;

    HandlerReader(Placeholders placeholders, String defaultDatabase) {
        this.placeholders = placeholders;
        this.defaultDatabase = defaultDatabase;
    }

    /** One for the handlers of a single class, used by one thread. */
    HandlerReader ofOneClass() {
        return new HandlerReader(new KnownPlaceholders(placeholders), defaultDatabase);
    }

    /** Reads it for a method whose signature has been read. */
    ScanResult read(AnnotationDeclaration declared, FoundMethod method) {
        AttributesReader reader = new AttributesReader(declared, placeholders, method.where());
        Attributes attributes = reader.read(defaultDatabase);
        List<PayloadWish> wishes = wishes(declared, method.signature());
        List<Problem> problems = new ArrayList<>(reader.problems());
        problems.addAll(declared.mismatches(method.where()));
        if (namesUnusedPayload(declared, method.signature())) {
            problems.add(Message.PAYLOAD_WITHOUT_USE.at(Declaration.where(method.where(), "payload")));
        }
        problems.addAll(PayloadType.contradictions(wishes, method.where()));
        Declaration declaration = declaration(attributes, method);
        problems.addAll(broken(declaration));
        if (!problems.isEmpty() || !method.isSound()) {
            return new ScanResult(List.of(), problems);
        }
        if (isSwitchedOff(attributes)) {
            return switchedOff(Declaration.where(method.where(), "enabled"));
        }
        Typing typing = new Typing(
                PayloadType.of(wishes),
                retryPolicy(attributes.retry(), declared),
                AttributesReader.recoveryOf(declared));
        HandlerSpec spec = spec(attributes, method.target(typing.payload()), method.foundBy(), typing);
        List<Problem> surprising = Rules.check(Rules.OF_NOTICE, declaration);
        List<Notice> notices = surprising.isEmpty()
                ? List.of()
                : surprising.stream().map(Notice::of).toList();
        return new ScanResult(List.of(spec), List.of(), notices);
    }

    /** A composed annotation may name a type for methods of which some take no document. */
    private static boolean namesUnusedPayload(AnnotationDeclaration declared, Signature signature) {
        return declared.composed().isEmpty()
                && declared.annotation().payload() != void.class
                && signature.problems().isEmpty()
                && Collections.disjoint(signature.roles(), SHOWING_THE_PAYLOAD);
    }

    private static List<PayloadWish> wishes(AnnotationDeclaration declared, Signature signature) {
        List<PayloadWish> wishes = new ArrayList<>();
        PayloadWish.ofAttribute(AttributesReader.payloadOf(declared)).ifPresent(wishes::add);
        wishes.addAll(signature.wishes());
        return wishes;
    }

    private static Declaration declaration(Attributes attributes, FoundMethod method) {
        EnumSet<Parameter.Role> roles = EnumSet.noneOf(Parameter.Role.class);
        roles.addAll(method.signature().roles());
        return new Declaration(
                method.where(), attributes, roles, method.signature().problems().isEmpty());
    }

    private static List<Problem> broken(Declaration declaration) {
        List<Problem> problems = new ArrayList<>(Rules.check(Rules.OF_SOURCE, declaration));
        problems.addAll(Rules.check(Rules.OF_START, declaration));
        return problems;
    }

    /** A handler of which nothing is wrong. */
    static HandlerSpec spec(Attributes attributes, HandlerTarget target, FoundBy foundBy, Typing typing) {
        return new HandlerSpec(
                attributes.id().isEmpty() ? target.where() : attributes.id(),
                target,
                foundBy,
                watched(attributes),
                Set.copyOf(attributes.operations()),
                attributes.match(),
                attributes.pipeline(),
                new DocumentOptions(
                        attributes.fullDocument(), attributes.fullDocumentBeforeChange(), attributes.expandedEvents()),
                typing.payload(),
                attributes.ordering(),
                attributes.concurrency(),
                typing.retry(),
                attributes.exhausted(),
                attributes.startFrom(),
                attributes.transactional(),
                new SharingOptions(attributes.sharing(), attributes.partitions()),
                calls(attributes.calls()),
                stream(attributes.stream()),
                typing.recovery(),
                batch(attributes.batch()),
                coalescing(attributes.coalescing()));
    }

    private static CallOptions calls(CallAttributes calls) {
        return new CallOptions(
                Boolean.parseBoolean(calls.paused()),
                calls.timeout().isEmpty() ? null : Durations.parse(calls.timeout()));
    }

    private static StreamOptions stream(StreamAttributes stream) {
        return new StreamOptions(
                stream.comment(), stream.collation().isEmpty() ? null : Collations.parse(stream.collation()));
    }

    static boolean isSwitchedOff(Attributes attributes) {
        return attributes.calls().enabled().equals("false");
    }

    static ScanResult switchedOff(String where) {
        return new ScanResult(List.of(), List.of(), List.of(Notice.of(Message.SWITCHED_OFF.at(where))));
    }

    private static @Nullable BatchOptions batch(BatchAttributes batch) {
        return batch.isWanted() ? new BatchOptions(batch.size(), Durations.parse(batch.linger())) : null;
    }

    private static @Nullable CoalesceOptions coalescing(CoalesceAttributes coalescing) {
        if (coalescing.coalesce() == Coalesce.NONE) {
            return null;
        }
        return new CoalesceOptions(coalescing.quiet().isEmpty() ? Duration.ZERO : Durations.parse(coalescing.quiet()));
    }

    static WatchedScope watched(Attributes attributes) {
        return switch (attributes.effectiveScope()) {
            case COLLECTION ->
                new WatchedScope(attributes.effectiveScope(), attributes.database(), attributes.collection());
            case DATABASE -> new WatchedScope(attributes.effectiveScope(), attributes.database(), "");
            default -> new WatchedScope(attributes.effectiveScope(), "", "");
        };
    }

    private static RetryPolicy retryPolicy(RetryAttributes retry, AnnotationDeclaration declared) {
        return new RetryPolicy(
                retry.attempts(),
                Durations.parse(retry.backoff()),
                retry.multiplier(),
                Durations.parse(retry.maxBackoff()),
                retry.jitter(),
                failureRules(AttributesReader.retryOf(declared)));
    }

    private static FailureRules failureRules(Retry retry) {
        return new FailureRules(List.of(retry.on()), List.of(retry.except()), List.of(retry.stopOn()));
    }

    /** The parts of a declaration that name classes. */
    record Typing(Type payload, RetryPolicy retry, RecoveryOptions recovery) {}
}
