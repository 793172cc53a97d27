package dev.onchange.localmongo;

import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/** A server that is started by a command and runs until Ctrl-C. */
record ForegroundServer(List<String> arguments, PrintStream out) {

    private static final String USUAL_PORT = "27017";

    void run() throws InterruptedException {
        try (LocalMongo mongo = builder().start()) {
            out.printf("MongoDB %s listens at %s%n", mongo.version(), mongo.connectionString());
            out.println(arguments.size() > 1 ? "Ctrl-C ends it." : "Ctrl-C ends it and deletes its data.");
            new CountDownLatch(1).await();
        }
    }

    private LocalMongoBuilder builder() {
        LocalMongoBuilder builder = LocalMongo.builder().port(port());
        return arguments.size() > 1 ? builder.keepDataIn(Path.of(arguments.get(1))) : builder;
    }

    private int port() {
        String given = arguments.isEmpty() ? USUAL_PORT : arguments.get(0);
        try {
            return Integer.parseInt(given);
        } catch (NumberFormatException notOne) {
            throw new IllegalArgumentException("A port is a number, not " + given + ".", notOne);
        }
    }
}
