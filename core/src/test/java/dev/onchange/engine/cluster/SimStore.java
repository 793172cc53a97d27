package dev.onchange.engine.cluster;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.bson.types.ObjectId;
import org.jspecify.annotations.Nullable;

/** The documents, and what the primary does with them at one moment. */
final class SimStore {

    private static final Duration NEVER = Duration.ofDays(10_000);

    /** So far is the clock of a primary wrong. */
    static final Duration MOST_AHEAD = Duration.ofSeconds(5);

    final Map<ObjectId, MemberDocument> members = new LinkedHashMap<>();
    final Map<String, UnitDocument> units = new LinkedHashMap<>();
    final Map<String, Position> positions = new HashMap<>();
    final Map<Command.Key, Command> commands = new LinkedHashMap<>();
    final Map<String, Boolean> paused = new HashMap<>();
    private final Map<String, MemberDeclaration> declarations = new HashMap<>();
    private final SimWorld world;
    private @Nullable ObjectId leader;
    private long leaderUntil;
    private long revision;
    private long clock;
    private int elections;
    private long noPrimaryUntil;
    int deaths;
    int moves;

    static final class MemberDocument {
        MemberInfo info;
        Member.State state = Member.State.ALIVE;
        long beat;
        long until;
        long trulyBeaten;
        final long joined;
        int streams;

        MemberDocument(MemberInfo info, long joined) {
            this.info = info;
            this.joined = joined;
        }

        boolean isDead() {
            return state == Member.State.DEAD || state == Member.State.ENDED;
        }
    }

    static final class UnitDocument {
        ObjectId owner;
        long term = 1;

        @Nullable
        ObjectId next;

        boolean ready;
        long moved = Long.MIN_VALUE;
        long trulyMoved = -1;

        UnitDocument(ObjectId owner) {
            this.owner = owner;
        }
    }

    /** A position and the term that may write it. */
    static final class Position {
        long term;
        long value;
    }

    SimStore(SimWorld world) {
        this.world = world;
    }

    boolean keeps(Rule rule) {
        return world.keeps(rule);
    }

    private long now() {
        return world.now() + clock;
    }

    boolean hasPrimary() {
        return world.now() >= noPrimaryUntil;
    }

    /** Without a primary for a time; the next has another clock. */
    void elect(Duration without, Duration ahead) {
        noPrimaryUntil = world.now() + without.toNanos();
        clock = ahead.toNanos();
        elections++;
    }

    void heal() {
        noPrimaryUntil = 0;
    }

    int elections() {
        return elections;
    }

    void declare(MemberDeclaration declaration) {
        declarations.putIfAbsent(declaration.hash(), declaration);
    }

    List<MemberDeclaration> declarations(Collection<String> hashes) {
        return hashes.stream().map(declarations::get).filter(Objects::nonNull).toList();
    }

    boolean join(ObjectId id, MemberInfo info, Duration lease) {
        members.computeIfAbsent(id, any -> new MemberDocument(info, now()));
        return beat(id, lease, info.declared(), 0);
    }

    boolean beat(ObjectId id, Duration lease, String declared, int streams) {
        MemberDocument member = members.get(id);
        if (member == null || member.isDead() && world.keeps(Rule.DEATH_IS_FINAL)) {
            return false;
        }
        member.info = member.info.declaring(declared);
        member.beat++;
        member.streams = streams;
        member.until = now() + lease.toNanos();
        member.trulyBeaten = world.now();
        return true;
    }

    boolean leave(ObjectId id) {
        MemberDocument member = members.get(id);
        if (member == null || member.isDead()) {
            return false;
        }
        member.state = Member.State.LEAVING;
        return true;
    }

    void end(ObjectId id) {
        MemberDocument member = members.get(id);
        if (member != null) {
            member.state = Member.State.ENDED;
        }
    }

    List<Member> members() {
        return members.entrySet().stream()
                .map(entry -> new Member(
                        entry.getKey(),
                        entry.getValue().info,
                        entry.getValue().state,
                        entry.getValue().beat,
                        Duration.ofNanos(entry.getValue().until - now()),
                        Instant.EPOCH.plusNanos(entry.getValue().joined),
                        entry.getValue().streams))
                .toList();
    }

    void removeLongDead() {
        long before = now() - Duration.ofHours(1).toNanos();
        members.values().removeIf(member -> member.isDead() && member.until < before);
    }

    Leadership lead(ObjectId id, Duration lease, Collection<ObjectId> dead) {
        ObjectId present = leader;
        if (present == null || present.equals(id) || leaderUntil < now() || dead.contains(present)) {
            if (!id.equals(present)) {
                leader = id;
                revision++;
            }
            leaderUntil = now() + lease.toNanos();
        }
        return new Leadership(Objects.requireNonNull(leader), revision);
    }

    void resign(ObjectId id) {
        if (id.equals(leader)) {
            leaderUntil = 0;
        }
    }

    long changed() {
        if (world.keeps(Rule.CHANGES_ARE_TOLD)) {
            revision++;
        }
        return revision;
    }

    boolean certify(ObjectId id, long beat, boolean sure) {
        MemberDocument member = members.get(id);
        if (member == null || member.isDead()) {
            return true;
        }
        boolean heard = member.beat != beat || !sure && member.until >= now();
        if (heard && world.keeps(Rule.CERTIFICATE_NEEDS_SILENCE)) {
            return false;
        }
        member.state = Member.State.DEAD;
        if (!sure) {
            deaths++;
        }
        return true;
    }

    List<Unit> units() {
        return units.entrySet().stream()
                .map(entry -> {
                    UnitDocument unit = entry.getValue();
                    Duration rested = unit.moved == Long.MIN_VALUE ? NEVER : Duration.ofNanos(now() - unit.moved);
                    return new Unit(entry.getKey(), unit.owner, unit.term, unit.next, unit.ready, rested);
                })
                .toList();
    }

    void write(UnitWrite write) {
        UnitDocument unit = units.get(write.unit());
        if (write instanceof UnitWrite.Create create) {
            units.putIfAbsent(create.unit(), new UnitDocument(create.owner()));
        } else if (unit == null) {
            return;
        } else if (write instanceof UnitWrite.Transfer transfer) {
            if (matches(unit, transfer.from(), transfer.term()) || !world.keeps(Rule.TRANSFER_NAMES_OWNER_AND_TERM)) {
                unit.owner = transfer.to();
                unit.term++;
                unit.next = null;
                unit.ready = false;
                if (transfer.move()) {
                    moved(transfer.unit(), unit);
                }
            }
        } else if (write instanceof UnitWrite.Propose propose) {
            if (matches(unit, propose.owner(), propose.term())) {
                unit.next = propose.next();
            }
        } else if (write instanceof UnitWrite.Ready ready && matches(unit, ready.owner(), ready.term())) {
            unit.ready = true;
        }
    }

    /** The clocks of two primaries differ by {@link #MOST_AHEAD} each way. */
    private void moved(String id, UnitDocument unit) {
        long least = ClusterSettings.withLease(ClusterSettings.LEASE)
                .rest()
                .minus(MOST_AHEAD.multipliedBy(2))
                .toNanos();
        if (unit.trulyMoved >= 0 && world.now() - unit.trulyMoved < least) {
            world.violated(id + " was moved again after " + Duration.ofNanos(world.now() - unit.trulyMoved));
        }
        unit.trulyMoved = world.now();
        unit.moved = now();
        moves++;
    }

    private static boolean matches(UnitDocument unit, ObjectId owner, long term) {
        return unit.owner.equals(owner) && unit.term == term;
    }

    /** Raises the term of a position; false if a later one has it. */
    boolean claim(String unit, long term) {
        Position position = positions.computeIfAbsent(unit, any -> new Position());
        if (position.term > term && world.keeps(Rule.POSITIONS_ARE_FENCED)) {
            return false;
        }
        position.term = Math.max(position.term, term);
        return true;
    }

    /** False if a later term has the position. */
    boolean save(String unit, long term, long value) {
        Position position = Objects.requireNonNull(positions.get(unit));
        if (position.term > term && world.keeps(Rule.POSITIONS_ARE_FENCED)) {
            return false;
        }
        if (position.term > term) {
            world.violated(unit + " was saved with term " + term + " after " + position.term);
        }
        position.value = Math.max(position.value, value);
        return true;
    }
}
