package dev.onchange.engine.cluster;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import org.bson.types.ObjectId;
import reactor.core.publisher.Mono;

/**
 * What members write and read in common. Each write changes single documents, on the primary and acknowledged by a majority;
 * time is the server's. An operation that fails may have been done all the same. The results are signalled on the thread
 * that calls the {@link ClusterMember}.
 */
public interface ClusterStore {

    /** Stores what an instance declares, unless a declaration of this hash is stored. */
    Mono<Void> declare(MemberDeclaration declaration);

    /** The declarations of these hashes. */
    Mono<List<MemberDeclaration>> declarations(Collection<String> hashes);

    /** Adds a member, alive for one lease; asked again, it lets the same member live on. False if it is dead by now. */
    Mono<Boolean> join(ObjectId id, MemberInfo info, Duration lease);

    /**
     * Lets a member be alive for one lease from now on; false if it is dead or unknown.
     *
     * @param declared hash of what it declares from now on
     * @param streams how many it holds open, for the others to know
     */
    Mono<Boolean> beat(ObjectId id, Duration lease, String declared, int streams);

    /** Says that a member is about to end; false if it is dead or unknown. */
    Mono<Boolean> leave(ObjectId id);

    /** Makes a member dead that owns nothing any more, or whose death was decided by itself. */
    Mono<Void> end(ObjectId id);

    /** All members, the dead ones of the last while included. */
    Mono<List<Member>> members();

    /** Removes members that have been dead for long, and what only they have declared. */
    Mono<Void> removeLongDead();

    /**
     * Makes the member leader for some time if it is leader, if the last leader's lease is over, or if that is dead.
     *
     * @param dead members that are known to be dead
     * @return the leadership after that, whoever has it
     */
    Mono<Leadership> lead(ObjectId id, Duration lease, Collection<ObjectId> dead);

    /** Gives the leadership back before the lease is over. */
    Mono<Void> resign(ObjectId id);

    /** Tells all members that units or members have changed; gives the revision after that. */
    Mono<Long> changed();

    /**
     * Makes another member dead, for good, if it has not beaten since.
     *
     * @param beat the number of its last beat that was seen
     * @param sure whether its death is known, so that the end of its lease is not waited for
     * @return whether it is dead
     */
    Mono<Boolean> certify(ObjectId id, long beat, boolean sure);

    /** All units. */
    Mono<List<Unit>> units();

    /** Those of these units that exist. */
    Mono<List<Unit>> units(Collection<String> ids);

    /** Does each write whose condition holds, in no particular order, and leaves out the others. */
    Mono<Void> write(List<UnitWrite> writes);

    /** Which server is the primary, as far as is known; another text after an election. */
    String primary();
}
