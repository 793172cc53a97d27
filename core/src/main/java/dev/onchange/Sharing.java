package dev.onchange;

/** Which instances of an application a handler's changes reach, where several run on one state database. */
public enum Sharing {
    /** Each change reaches one instance: each change once in the whole cluster. */
    COMPETING,
    /**
     * Each change reaches each instance, for what every process keeps for itself: caches, websockets. Its position is kept
     * only if the {@linkplain ChangeListenersBuilder#instance instance has a name}; one without begins anew at each start.
     */
    BROADCAST
}
