package dev.onchange.localmongo;

import java.io.PrintStream;
import java.nio.file.Path;
import org.bson.Document;

/** Starts a server and ends without closing it; run as a process of its own. */
final class ForgetfulProgram {

    private ForgetfulProgram() {}

    /**
     * Says where its server is, ends when its input does, and still uses the server in a shutdown hook.
     *
     * @param arguments the folder in which the data is kept, if any
     */
    public static void main(String[] arguments) throws Exception {
        PrintStream out = System.out;
        LocalMongoBuilder builder = LocalMongo.builder().ownProcess();
        LocalMongo mongo = (arguments.length == 0 ? builder : builder.keepDataIn(Path.of(arguments[0]))).start();
        MongoNode node = mongo.primary();
        Runtime.getRuntime()
                .addShutdownHook(new Thread(() -> out.println(
                        "hook " + node.admin(new Document("ping", 1)).get("ok"))));
        out.println("server " + node.pid() + " " + node.address().split(":")[1]);
        while (System.in.read() >= 0) {
            // Its input says nothing until it ends.
        }
        System.exit(0);
    }
}
