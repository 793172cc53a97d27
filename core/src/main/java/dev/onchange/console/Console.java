package dev.onchange.console;

import dev.onchange.ChangeListeners;
import dev.onchange.ListenersConsole;
import dev.onchange.OnChangeException;
import dev.onchange.problem.Problem;
import dev.onchange.problem.ProblemCode;
import dev.onchange.status.ListenerEvent;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Set up by applications and given to {@link dev.onchange.ChangeListenersBuilder#console}: pages and an API in JSON that show
 * how the listeners fare, and by which operators act. It knows nothing of how requests reach it: {@link #on} serves it by the
 * JDK's own server, another door calls {@link #handle}.
 *
 * <pre>{@code
 * ChangeListeners.builder(uri).handlers(new Inventory()).console(Console.on(8091)).start();
 * }</pre>
 *
 * <p>Set up before the listeners start, by one thread; then safe for use by several threads.
 */
public final class Console implements ListenersConsole {

    private static final Logger LOG = LoggerFactory.getLogger(Console.class);

    /** For a request to arrive: longer than any network takes, and short for somebody who holds threads. */
    private static final Duration TO_READ = Duration.ofSeconds(10);

    private final ConsoleSettings.Builder settings;
    private final Journal journal = new Journal(Clock.systemUTC());
    private volatile @Nullable RunningConsole running;
    private volatile @Nullable JdkDoor door;

    private Console(ConsoleSettings.Builder settings) {
        this.settings = settings;
    }

    /**
     * A console on 127.0.0.1, served by the JDK's server ({@code jdk.httpserver}). Whoever has the token that is logged once at
     * the start may do everything; with {@link #access} that decides instead.
     *
     * @param port 0 for any that is free, see {@link #url}
     */
    public static Console on(int port) {
        return new Console(new ConsoleSettings.Builder(port));
    }

    /** A console for developers: on any free port of 127.0.0.1, with the documents of changes. Its address is logged. */
    public static Console dev() {
        return on(0).payloads(PayloadView.FULL);
    }

    /** A console that another door serves, as {@link ConsoleServlet}; it needs an {@link #access}. */
    public static Console embedded() {
        return new Console(new ConsoleSettings.Builder(null));
    }

    /** The address to which the JDK's server is bound, 127.0.0.1 by default; another one needs an {@link #access}. */
    public Console address(String host) {
        settings.address = host;
        return this;
    }

    /**
     * Where the JDK's server has the console, as {@code /admin/onchange}, for a proxy that passes on the whole path; at the root by
     * default. A proxy that takes the prefix off needs nothing, as the pages name everything relative to where they are.
     */
    public Console path(String path) {
        settings.path = withoutSlash(path.startsWith("/") ? path : "/" + path);
        return this;
    }

    private static String withoutSlash(String path) {
        return path.replaceAll("/+$", "");
    }

    /** The name of the application, which stands above each page; none by default, in Spring {@code spring.application.name}. */
    public Console application(String name) {
        settings.application = name;
        return this;
    }

    /** Decides who may do what, in place of the token. */
    public Console access(Access access) {
        settings.access = access;
        return this;
    }

    /** How much of documents is shown; {@link PayloadView#MASKED} by default. */
    public Console payloads(PayloadView view) {
        settings.payloads = view;
        return this;
    }

    /**
     * Fields whose values are never shown.
     *
     * @param paths dotted, within documents ({@code customer.email}) or from the event on ({@code fullDocument.customer.email})
     */
    public Console redact(String... paths) {
        settings.redacted.addAll(List.of(paths));
        return this;
    }

    /**
     * Names by which the console is called, as behind a proxy, besides those of its address; requests with another Host are
     * refused. A console that is {@link #embedded} takes every name unless some are set.
     */
    public Console allowedHosts(String... hosts) {
        settings.hosts.addAll(List.of(hosts));
        return this;
    }

    /**
     * Where the console is, with the token if there is one; for whoever starts the application.
     *
     * @throws IllegalStateException if the JDK's server does not serve it at the moment
     */
    public URI url() {
        JdkDoor open = door;
        RunningConsole here = running;
        if (open == null || here == null) {
            throw new IllegalStateException("The console is not served: the listeners have not started, or are closed");
        }
        String token = here.token();
        return URI.create(
                "http://" + open.authority() + settings.path + "/" + (token == null ? "" : "?token=" + token));
    }

    /** Answers a request; called by a door, on a thread that may block. Fails never. */
    public ConsoleReply handle(ConsoleRequest request) {
        RunningConsole here = running;
        return here == null
                ? ConsoleReply.text(503, "The listeners have not started, or are closed.")
                : here.handle(request);
    }

    /** Which calls the API has, as {@code POST letters/replay}; none before the start. */
    List<String> calls() {
        RunningConsole here = running;
        return here == null ? List.of() : here.calls();
    }

    @Override
    public void check() {
        if (settings.access == null && settings.port == null) {
            throw refused("an embedded console", "Anyone whom its door lets through could act on the listeners.");
        }
        if (settings.access == null && !isLoopback(settings.address)) {
            throw refused(settings.address, "Other computers reach this address, and no access is set.");
        }
    }

    private static OnChangeException refused(String where, String why) {
        return new OnChangeException(List.of(new Problem(
                ProblemCode.CONSOLE_UNPROTECTED,
                "Console on " + where,
                why,
                "Set an access that says who may do what, or serve it on " + ConsoleSettings.LOOPBACK + ".")));
    }

    private static boolean isLoopback(String host) {
        try {
            return InetAddress.getByName(host).isLoopbackAddress();
        } catch (UnknownHostException e) {
            throw new OnChangeException(
                    List.of(new Problem(
                            ProblemCode.CONSOLE_NOT_STARTED,
                            "Console on " + host,
                            "There is no such address.",
                            "Name an address of this computer.")),
                    e);
        }
    }

    @Override
    public synchronized void start(ChangeListeners listeners, Consumer<ListenerEvent> listener) {
        ConsoleSettings set = settings.build();
        RunningConsole console = RunningConsole.of(
                set, listeners, new OperatorActions(journal, set.mask(), listener), new SecureRandom());
        try {
            if (set.port() != null) {
                JdkDoor open = JdkDoor.open(set.address(), set.port(), set.path(), this::handle, TO_READ);
                console.served(open.port());
                door = open;
            }
        } catch (RuntimeException | Error e) {
            console.close();
            throw e;
        }
        running = console;
        if (door != null) {
            LOG.info("The console is at {}", url());
        }
    }

    @Override
    public void onEvent(ListenerEvent event) {
        journal.add(event, new PayloadMask(settings.payloads, settings.redacted));
    }

    @Override
    public synchronized void close() {
        RunningConsole here = running;
        if (here != null) {
            running = null;
            here.close();
        }
        JdkDoor open = door;
        if (open != null) {
            door = null;
            open.close();
        }
    }
}
