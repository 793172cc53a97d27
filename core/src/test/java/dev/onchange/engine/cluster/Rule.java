package dev.onchange.engine.cluster;

/** What keeps the cluster safe; the simulation can leave out each, to show that it would notice. */
enum Rule {
    /** A dead member's beat matches nothing. */
    DEATH_IS_FINAL(12),
    /** The certificate of a death matches no member whose lease goes on, or that has beaten since it was read. */
    CERTIFICATE_NEEDS_SILENCE(51),
    /** A leader certifies nothing soon after an election, its own silence, or its beginning. */
    QUARANTINE(15),
    /** A unit changes its owner only from the expected one, with the expected term. */
    TRANSFER_NAMES_OWNER_AND_TERM(919),
    /** A member stops before its lease is over. */
    LOCAL_DEADLINE(3),
    /** A suspended machine stops the even clock. */
    WALL_CLOCK_COUNTS(6),
    /** A member that is dead drops its units. */
    DEAD_MEMBER_DROPS(0),
    /** A unit is given away after its position is saved. */
    SAVED_BEFORE_GIVEN(1),
    /** A position is refused with an earlier term. */
    POSITIONS_ARE_FENCED(22),
    /** A unit that was moved rests. */
    MOVED_UNITS_REST(3),
    /** Members are told that units have changed. */
    CHANGES_ARE_TOLD(2),
    /** A command that a dead owner had begun is begun again by the next one. */
    BEGUN_COMMANDS_GO_ON(0);

    /** A seed that went wrong without the rule when the rule was written. */
    final long seed;

    Rule(long seed) {
        this.seed = seed;
    }
}
