package dev.onchange.testing;

import java.io.PrintStream;
import org.bson.Document;

/** Starts a server and ends without closing it; run as a process of its own. */
final class ForgetfulProgram {

    private ForgetfulProgram() {}

    /** Says where its server is, ends when its input does, and still uses the server in a shutdown hook. */
    public static void main(String[] arguments) throws Exception {
        PrintStream out = System.out;
        LocalMongo mongo = LocalMongo.builder().ownProcess().start();
        MongoNode node = mongo.primary();
        Runtime.getRuntime()
                .addShutdownHook(new Thread(
                        () -> out.println("hook " + node.admin(new Document("ping", 1)).get("ok"))));
        out.println("server " + node.pid() + " " + node.address() + " "
                + node.log().getParent().getParent());
        while (System.in.read() >= 0) {
            // Its input says nothing until it ends.
        }
        System.exit(0);
    }
}
