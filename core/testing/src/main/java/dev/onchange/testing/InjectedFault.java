package dev.onchange.testing;

import java.io.Serial;

/** A failure that a test asked for, see {@link Faults}. */
public final class InjectedFault extends RuntimeException {

    @Serial
    private static final long serialVersionUID = 1;

    InjectedFault(String what) {
        super("injected fault: " + what);
    }
}
