package dev.onchange.localmongo;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

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

    /**
     * The ports from this one on.
     *
     * @throws LocalMongoException if a process listens on one of them
     */
    List<Integer> from(int first, int count) {
        List<Integer> ports = IntStream.range(first, first + count).boxed().toList();
        for (int port : ports) {
            if (!free(port)) {
                throw new LocalMongoException(
                        LocalMongoException.Reason.FAILED,
                        "LocalMongo",
                        "Another process listens on port " + port + ".",
                        "End that process, use it if it is a MongoDB replica set, or choose another port.",
                        null);
            }
        }
        return ports;
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
