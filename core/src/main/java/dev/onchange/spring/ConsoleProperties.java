package dev.onchange.spring;

import dev.onchange.console.Access;
import dev.onchange.console.Console;
import dev.onchange.console.PayloadView;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The properties {@code onchange.console.*}.
 *
 * @param enabled whether there is a console
 * @param port a port of its own, served by the JDK's server; by default the console is on the management port
 * @param address the address to which a port of its own is bound
 * @param path where it is: on the management port {@code /onchange} by default, on a port of its own the root
 * @param payloads how much of documents is shown
 * @param redact paths whose values are never shown
 * @param allowedHosts names by which it may be called
 * @param readRole the role of those who may look, where no bean of {@link Access} decides
 * @param operateRole the role of those who may act
 */
@SuppressWarnings("exports") // the framework is required where it is used
@ConfigurationProperties("onchange.console")
public record ConsoleProperties(
        @DefaultValue("false") boolean enabled,
        @Nullable Integer port,
        @Nullable String address,
        @Nullable String path,
        @Nullable PayloadView payloads,
        @Nullable List<String> redact,
        @Nullable List<String> allowedHosts,
        @DefaultValue("ONCHANGE_READ") String readRole,
        @DefaultValue("ONCHANGE_OPERATE") String operateRole) {

    private static final String PATH = "/onchange";

    /** @param access decides in place of roles and token; null if there is none */
    Console console(@Nullable Access access) {
        Console console = port == null ? Console.embedded() : Console.on(port);
        if (access != null) {
            console.access(access);
        } else if (port == null) {
            console.access(Access.byRole(readRole, operateRole));
        }
        if (address != null) {
            console.address(address);
        }
        if (path != null) {
            console.path(path);
        }
        if (payloads != null) {
            console.payloads(payloads);
        }
        if (redact != null) {
            console.redact(redact.toArray(String[]::new));
        }
        if (allowedHosts != null) {
            console.allowedHosts(allowedHosts.toArray(String[]::new));
        }
        return console;
    }

    /** Where it is on the management port. */
    String managementPath() {
        return path == null ? PATH : path;
    }

    /** The pattern of a servlet at that path. */
    String servletMapping() {
        String base = managementPath();
        return (base.startsWith("/") ? base : "/" + base).replaceAll("/+$", "") + "/*";
    }
}
