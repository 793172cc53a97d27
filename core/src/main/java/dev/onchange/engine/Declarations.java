package dev.onchange.engine;

import dev.onchange.engine.cluster.ClusterView;
import dev.onchange.engine.cluster.Member;
import dev.onchange.engine.cluster.MemberDeclaration;
import dev.onchange.engine.cluster.MemberDeclaration.Declared;
import dev.onchange.engine.cluster.MemberInfo.Mode;
import dev.onchange.engine.scan.HandlerSpec;
import dev.onchange.engine.scan.Partition;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collection;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Stream;

/** What an instance tells the others of its handlers. Remembers the last ones, so that the next time costs by what has changed. */
final class Declarations {

    private volatile IdentityHashMap<HandlerSpec, Known> last = new IdentityHashMap<>();

    /**
     * What is told of one handler.
     *
     * @param units the ids of its partitions
     * @param digest of all of it
     */
    private record Known(Declared declared, List<String> units, BigInteger digest) {

        static Known of(HandlerSpec handler) {
            Declared declared = describe(handler);
            List<String> units =
                    handler.partitions().stream().map(Partition::id).toList();
            return new Known(
                    declared,
                    units,
                    new BigInteger(
                            1,
                            sha256(List.of(declared.handler(), declared.version(), declared.scope(), units)
                                    .toString())));
        }
    }

    /** Handlers whose changes reach each instance are not told of. */
    MemberDeclaration of(Collection<HandlerSpec> handlers) {
        IdentityHashMap<HandlerSpec, Known> before = last;
        IdentityHashMap<HandlerSpec, Known> present = new IdentityHashMap<>(handlers.size());
        Map<String, Declared> units = new HashMap<>();
        // Added up, as the order of handlers is of no interest, and those that are known need not be read again.
        BigInteger sum = BigInteger.ZERO;
        for (HandlerSpec handler : shared(handlers).toList()) {
            Known known = before.get(handler);
            Known told = known == null ? Known.of(handler) : known;
            present.put(handler, told);
            told.units().forEach(id -> units.put(id, told.declared()));
            sum = sum.add(told.digest());
        }
        last = present;
        return new MemberDeclaration(hash(sum.toString()), units);
    }

    /** The ids of what is told of these handlers. */
    static Stream<String> units(Collection<HandlerSpec> handlers) {
        return shared(handlers)
                .flatMap(handler -> handler.partitions().stream())
                .map(Partition::id);
    }

    private static Stream<HandlerSpec> shared(Collection<HandlerSpec> handlers) {
        return handlers.stream().filter(handler -> !handler.sharing().isBroadcast());
    }

    private static Declared describe(HandlerSpec handler) {
        return new Declared(handler.id(), version(handler), handler.watched().toString());
    }

    /** The same text in each instance of one version, so nothing that depends on the process. */
    private static String version(HandlerSpec handler) {
        return hash(List.of(
                        handler.watched().toString(),
                        new TreeSet<>(handler.operations()).toString(),
                        handler.match(),
                        handler.pipeline().toString(),
                        handler.documents().fullDocument().name(),
                        handler.documents().fullDocumentBeforeChange().name(),
                        Boolean.toString(handler.documents().expandedEvents()),
                        handler.payload().getTypeName(),
                        handler.ordering().name(),
                        handler.exhausted().name(),
                        Boolean.toString(handler.transactional()),
                        handler.sharing().sharing().name(),
                        Integer.toString(handler.sharing().partitions()))
                .toString());
    }

    private static String hash(String text) {
        return HexFormat.of().formatHex(sha256(text), 0, 12);
    }

    private static byte[] sha256(String text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("each Java has SHA-256", impossible);
        }
    }

    /** Whether a member that is to be alone must give way to another: one that lives, has the same handlers, and was first. */
    static boolean isBeside(Member other, Member me, ClusterView view) {
        if (other.id().equals(me.id()) || other.isDead() || other.left().isNegative()) {
            return false;
        }
        boolean wasFirst = other.joined().isBefore(me.joined())
                || other.joined().equals(me.joined()) && other.id().compareTo(me.id()) < 0;
        MemberDeclaration mine = view.declarations().get(me.info().declared());
        MemberDeclaration others = view.declarations().get(other.info().declared());
        return (wasFirst || other.info().mode() != Mode.ALONE)
                && mine != null
                && others != null
                && mine.units().keySet().stream().anyMatch(others.units()::containsKey);
    }
}
