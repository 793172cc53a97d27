package dev.onchange.console;

/**
 * Implemented by applications that decide themselves who may use their {@link Console}: asked for every request, whatever
 * door it came through. Safe for use by several threads.
 */
@FunctionalInterface
public interface Access {

    /** What whoever made the request may do; must not block for long. */
    Level of(ConsoleRequest request);

    /** From least to most. */
    enum Level {
        /** Nothing. */
        NONE,
        /** Look. */
        READ,
        /** Look and act: pause, rewind, replay, discard. */
        OPERATE
    }

    /** By the roles of the door's user: as a servlet container or Spring Security knows them. Others may do nothing. */
    static Access byRole(String readRole, String operateRole) {
        return request ->
                request.hasRole(operateRole) ? Level.OPERATE : request.hasRole(readRole) ? Level.READ : Level.NONE;
    }
}
