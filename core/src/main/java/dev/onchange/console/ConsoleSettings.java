package dev.onchange.console;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How a console is set up.
 *
 * @param port of the JDK's server; 0 for any that is free; null if another door serves the console
 * @param address to which that server is bound
 * @param path where the JDK's server has it; empty, or with a slash in front and none behind
 * @param application its name; null for none
 * @param access null for the token that is logged
 * @param payloads how much of documents is shown
 * @param redacted paths in events whose values are never shown
 * @param hosts names that the Host header may have besides those of the address
 */
record ConsoleSettings(
        @Nullable Integer port,
        String address,
        String path,
        @Nullable String application,
        @Nullable Access access,
        PayloadView payloads,
        List<String> redacted,
        Set<String> hosts) {

    static final String LOOPBACK = "127.0.0.1";

    ConsoleSettings {
        redacted = List.copyOf(redacted);
        hosts = Set.copyOf(hosts);
    }

    PayloadMask mask() {
        return new PayloadMask(payloads, redacted);
    }

    /** What the methods of {@link Console} set. */
    static final class Builder {

        final @Nullable Integer port;
        final List<String> redacted = new ArrayList<>();
        final Set<String> hosts = new HashSet<>();
        String address = LOOPBACK;
        String path = "";

        @Nullable
        String application;

        @Nullable
        Access access;

        PayloadView payloads = PayloadView.MASKED;

        Builder(@Nullable Integer port) {
            this.port = port;
        }

        ConsoleSettings build() {
            return new ConsoleSettings(port, address, path, application, access, payloads, redacted, hosts);
        }
    }
}
