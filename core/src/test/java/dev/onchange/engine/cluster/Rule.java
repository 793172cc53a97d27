package dev.onchange.engine.cluster;

/** What keeps the cluster safe; the simulation can leave out each, to show that it would notice. */
enum Rule {
    /** A dead member's beat matches nothing. */
    DEATH_IS_FINAL(8),
    /** The certificate of a death matches no member whose lease goes on, or that has beaten since it was read. */
    CERTIFICATE_NEEDS_SILENCE(282),
    /** A leader certifies nothing soon after an election, its own silence, or its beginning. */
    QUARANTINE(0),
    /** A unit changes its owner only from the expected one, with the expected term. */
    TRANSFER_NAMES_OWNER_AND_TERM(196),
    /** A member stops before its lease is over. */
    LOCAL_DEADLINE(8),
    /** A suspended machine stops the even clock. */
    WALL_CLOCK_COUNTS(1),
    /** A member that is dead drops its units. */
    DEAD_MEMBER_DROPS(4),
    /** A unit is given away after its position is saved. */
    SAVED_BEFORE_GIVEN(0),
    /** A position is refused with an earlier term. */
    POSITIONS_ARE_FENCED(2),
    /** A unit that was moved rests. */
    MOVED_UNITS_REST(11),
    /** Members are told that units have changed. */
    CHANGES_ARE_TOLD(7),
    /** A command that a dead owner had begun is begun again by the next one. */
    BEGUN_COMMANDS_GO_ON(0),
    /** A command that has waited for its turn is not carried out when another member may have the unit. */
    NO_COMMAND_IS_LATE(6);

    /** A seed that goes wrong without the rule; the test says so, and searches for another one, when it does no more. */
    final long seed;

    Rule(long seed) {
        this.seed = seed;
    }
}
