package dev.onchange.faults;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A network between clients and one server that can cut, delay and swallow. It is made here because what the registry
 * of the build carries is either the client of a program that would have to be installed, or was last released years
 * ago and cannot be had whole.
 */
final class Proxy implements AutoCloseable {

    private static final int CHUNK = 64 * 1024;

    private final String host;
    private final int port;
    private final ServerSocket entrance;
    private final Set<Link> links = ConcurrentHashMap.newKeySet();
    private volatile Duration delay = Duration.ZERO;
    private volatile boolean swallowing;
    private final AtomicReference<@Nullable Held> held = new AtomicReference<>();

    /**
     * Data that is to arrive late.
     *
     * @param text part of it
     */
    private record Held(String text, Duration time) {}

    private Proxy(String host, int port) throws IOException {
        this.host = host;
        this.port = port;
        this.entrance = new ServerSocket(0, 128, InetAddress.getLoopbackAddress());
    }

    /** @param address host and port of the server */
    static Proxy to(String address) {
        int colon = address.lastIndexOf(':');
        try {
            Proxy proxy = new Proxy(address.substring(0, colon), Integer.parseInt(address.substring(colon + 1)));
            run("proxy", proxy::accept);
            return proxy;
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private static void run(String name, Runnable work) {
        Thread thread = new Thread(work, name);
        thread.setDaemon(true);
        thread.start();
    }

    /** Host and port for clients. */
    String address() {
        return "127.0.0.1:" + entrance.getLocalPort();
    }

    /** Ends all connections, at both ends. */
    void cut() {
        links.forEach(Link::close);
    }

    /** Each piece of data arrives that much later, in both directions. */
    void delay(Duration time) {
        delay = time;
    }

    /** The next data with such a text arrives at the server that much later; other connections are not concerned. */
    void holdOnce(String text, Duration time) {
        held.set(new Held(text, time));
    }

    boolean hasHeld() {
        return held.get() == null;
    }

    private void hold(byte[] chunk, int length) {
        Held next = held.get();
        if (next != null
                && new String(chunk, 0, length, StandardCharsets.ISO_8859_1).contains(next.text())
                && held.compareAndSet(next, null)) {
            LockSupport.parkNanos(next.time().toNanos());
        }
    }

    /**
     * From now on nothing arrives any more, in either direction, and nobody is told. Connections on which something was
     * lost stay dead when it is over, as when a router has forgotten them.
     */
    void swallow() {
        swallowing = true;
    }

    /** New connections work again. */
    void letPass() {
        swallowing = false;
    }

    private void accept() {
        try {
            while (true) {
                Link link = new Link(entrance.accept(), new Socket(host, port));
                links.add(link);
                run("proxy-up", () -> link.pump(link.client, link.server));
                run("proxy-down", () -> link.pump(link.server, link.client));
            }
        } catch (IOException closed) {
            cut();
        }
    }

    @Override
    public void close() throws IOException {
        entrance.close();
        cut();
    }

    private final class Link {

        private final Socket client;
        private final Socket server;
        private volatile boolean dead;

        Link(Socket client, Socket server) throws IOException {
            this.client = client;
            this.server = server;
            client.setTcpNoDelay(true);
            server.setTcpNoDelay(true);
        }

        void pump(Socket from, Socket to) {
            byte[] chunk = new byte[CHUNK];
            try {
                InputStream in = from.getInputStream();
                OutputStream out = to.getOutputStream();
                for (int length = in.read(chunk); length >= 0; length = in.read(chunk)) {
                    dead |= swallowing;
                    if (!dead) {
                        hold(chunk, length);
                        LockSupport.parkNanos(delay.toNanos());
                        out.write(chunk, 0, length);
                    }
                }
            } catch (IOException cut) {
                // The other end must know, too.
            }
            close();
        }

        void close() {
            links.remove(this);
            for (Socket socket : new Socket[] {client, server}) {
                try {
                    socket.close();
                } catch (IOException closedAlready) {
                    // That is what is wanted.
                }
            }
        }
    }
}
