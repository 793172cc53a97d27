package dev.onchange.engine.cluster;

import java.util.HashSet;
import java.util.Set;
import reactor.core.publisher.Mono;

/** What a member says of itself and of the units that it can own, and how much of that the others have been told. */
final class OwnDeclaration {

    private final ClusterStore store;
    private MemberInfo info;
    private MemberDeclaration units;
    private boolean told;
    private String prepared = "";

    OwnDeclaration(ClusterStore store, MemberInfo info, MemberDeclaration units) {
        this.store = store;
        this.info = info;
        this.units = units;
    }

    /** What it says of itself, the hash of the units included. */
    MemberInfo info() {
        return info;
    }

    MemberDeclaration units() {
        return units;
    }

    boolean has(String unit) {
        return units.units().containsKey(unit);
    }

    void change(MemberDeclaration other) {
        if (!other.hash().equals(units.hash())) {
            units = other;
            info = info.declaring(other.hash());
            told = false;
        }
    }

    /** The units of another one that are not declared so. */
    Set<String> more(MemberDeclaration other) {
        Set<String> more = new HashSet<>();
        other.units().forEach((unit, declared) -> {
            if (!declared.equals(units.units().get(unit))) {
                more.add(unit);
            }
        });
        return more;
    }

    /** Stores what is about to be declared. */
    Mono<Void> prepare(MemberDeclaration other) {
        return Mono.defer(() -> store.declare(other)).doOnSuccess(done -> prepared = other.hash());
    }

    /** Stores it, if it is not: whoever is told of its hash reads it there. */
    Mono<Void> stored() {
        return told || prepared.equals(units.hash()) ? Mono.empty() : store.declare(units);
    }

    boolean isTold() {
        return told;
    }

    /** The others are told of it. What was prepared counts once: it is removed when nobody has referred to it for long. */
    void told() {
        told = true;
        prepared = "";
    }
}
