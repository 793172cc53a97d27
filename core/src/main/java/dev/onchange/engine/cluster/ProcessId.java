package dev.onchange.engine.cluster;

/**
 * A process, so that another process of the same machine can tell whether it has ended.
 *
 * @param machine the start of the machine and the namespace of its process ids; empty if they are not known
 * @param pid its id there
 * @param begun when it began, in the machine's own unit; empty if it is not known
 */
public record ProcessId(String machine, long pid, String begun) {}
