package dev.onchange.engine.cluster;

/**
 * What a member says of itself when it joins.
 *
 * @param name a name that it has again after a restart; empty if it has none
 * @param host where it runs
 * @param process which process it is
 * @param mode how it takes part
 * @param declared the hash of its declaration
 */
public record MemberInfo(String name, String host, ProcessId process, Mode mode, String declared) {

    /** How a member takes part. */
    public enum Mode {
        /** Units are spread over the members. */
        SHARING,
        /** One member owns all units while the other ones wait. */
        STANDBY,
        /** Owns all that it declares, and takes part in no assignment. */
        ALONE
    }

    /** The same with another declaration. */
    MemberInfo declaring(String hash) {
        return new MemberInfo(name, host, process, mode, hash);
    }
}
