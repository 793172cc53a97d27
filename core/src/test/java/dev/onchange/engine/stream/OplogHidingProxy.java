package dev.onchange.engine.stream;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/**
 * Between a client and a real server: the oplog reads as empty, and the server's status has no section about it, as through
 * a router of a sharded cluster. What asks for it asks for something of another name, of the same length.
 */
final class OplogHidingProxy implements AutoCloseable {

    private static final String NAME = "oplog";
    private static final String OTHER = "oplox";

    private final ServerSocket entrance;
    private final String host;
    private final int port;

    /** @param address host and port of the server */
    OplogHidingProxy(String address) {
        int colon = address.lastIndexOf(':');
        this.host = address.substring(0, colon);
        this.port = Integer.parseInt(address.substring(colon + 1));
        try {
            this.entrance = new ServerSocket(0, 128, InetAddress.getLoopbackAddress());
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        run(this::accept);
    }

    String connectionString() {
        return "mongodb://127.0.0.1:" + entrance.getLocalPort() + "/?directConnection=true";
    }

    private static void run(Runnable work) {
        Thread thread = new Thread(work, "oplog-hiding-proxy");
        thread.setDaemon(true);
        thread.start();
    }

    private void accept() {
        try {
            while (true) {
                Socket client = entrance.accept();
                Socket server = new Socket(host, port);
                run(() -> pump(client, server, true));
                run(() -> pump(server, client, false));
            }
        } catch (IOException closed) {
            // The test is over.
        }
    }

    private static void pump(Socket from, Socket to, boolean hiding) {
        byte[] chunk = new byte[64 * 1024];
        try (from;
                to) {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            for (int length = in.read(chunk); length >= 0; length = in.read(chunk)) {
                String text = new String(chunk, 0, length, StandardCharsets.ISO_8859_1);
                out.write((hiding ? text.replace(NAME, OTHER) : text).getBytes(StandardCharsets.ISO_8859_1));
            }
        } catch (IOException closed) {
            // The other end must know, too.
        }
    }

    @Override
    public void close() throws IOException {
        entrance.close();
    }
}
