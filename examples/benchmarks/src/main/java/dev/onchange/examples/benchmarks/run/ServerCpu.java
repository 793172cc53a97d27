package dev.onchange.examples.benchmarks.run;

import dev.onchange.localmongo.LocalMongo;
import java.time.Duration;
import org.bson.Document;

/** How much CPU a server has used: as the operating system says, or the server itself if it was not started here. */
final class ServerCpu {

    private final LocalMongo mongo;

    ServerCpu(LocalMongo mongo) {
        this.mongo = mongo;
    }

    double seconds() {
        if (mongo.nodes().isEmpty()) {
            Document extra = mongo.admin(new Document("serverStatus", 1)).get("extra_info", Document.class);
            return (number(extra, "user_time_us") + number(extra, "system_time_us")) / 1e6;
        }
        return mongo.nodes().stream()
                        .flatMap(node -> ProcessHandle.of(node.pid()).stream())
                        .flatMap(process -> process.info().totalCpuDuration().stream())
                        .mapToLong(Duration::toNanos)
                        .sum()
                / 1e9;
    }

    private static double number(Document extra, String name) {
        return extra.get(name, Number.class).doubleValue();
    }
}
