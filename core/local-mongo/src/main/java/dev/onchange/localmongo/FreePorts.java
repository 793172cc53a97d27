package dev.onchange.localmongo;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.random.RandomGenerator;

/**
 * Ports that nothing listens on, below those that systems hand out to outgoing connections: a node that is
 * restarted must find its port free.
 */
final class FreePorts {

    private static final int LOWEST = 20_000;
    private static final int HIGHEST = 32_000;
    private static final int ATTEMPTS = 200;

    private final RandomGenerator random;

    FreePorts(RandomGenerator random) {
        this.random = random;
    }

    int next() {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            int port = random.nextInt(LOWEST, HIGHEST);
            if (free(port)) {
                return port;
            }
        }
        throw new IllegalStateException("No port between " + LOWEST + " and " + HIGHEST + " is free.");
    }

    private static boolean free(int port) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(false);
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            return true;
        } catch (IOException taken) {
            return false;
        }
    }
}
