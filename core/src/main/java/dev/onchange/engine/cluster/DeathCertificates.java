package dev.onchange.engine.cluster;

import java.util.ArrayList;
import java.util.List;
import org.bson.types.ObjectId;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Makes members dead: those that are known to have ended by each member, those that are silent by the leader alone. */
final class DeathCertificates {

    private final ClusterStore store;
    private final DeathWatch watch;
    private final ClusterReader reader;

    DeathCertificates(ClusterStore store, DeathWatch watch, ClusterReader reader) {
        this.store = store;
        this.watch = watch;
        this.reader = reader;
    }

    /**
     * @param name of the member, if it has joined for the first time: two processes that share one by mistake would make each
     *     other dead for ever; else empty
     * @return whether somebody is dead now
     */
    Mono<Boolean> certify(ObjectId me, String name) {
        ClusterView view = reader.view();
        List<Member> others = new ArrayList<>();
        for (Member member : view.members().values()) {
            if (!member.isDead() && !member.id().equals(me)) {
                others.add(member);
            }
        }
        return others.isEmpty()
                ? Mono.just(false)
                : Flux.fromIterable(others)
                        .concatMap(member -> {
                            boolean sure =
                                    isEarlierIncarnation(member, view.member(me), name) || watch.isSurelyDead(member);
                            boolean silent = me.equals(reader.leader()) && watch.mayCertify(member);
                            return sure || silent ? certify(member, sure) : Mono.empty();
                        })
                        .reduce(false, (one, other) -> one || other);
    }

    private Mono<Boolean> certify(Member member, boolean sure) {
        return store.certify(member.id(), member.beat(), sure).doOnNext(dead -> {
            if (dead) {
                reader.noteDead(member.id());
            }
        });
    }

    private static boolean isEarlierIncarnation(Member member, @Nullable Member mine, String name) {
        return !name.isEmpty()
                && name.equals(member.info().name())
                && mine != null
                && Member.compareByJoining(member, mine) < 0;
    }
}
