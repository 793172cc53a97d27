package dev.onchange.localmongo;

import dev.onchange.localmongo.binary.Version;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import javax.net.ssl.SSLContext;
import org.bson.Document;

/** The server behind a {@link LocalMongo}. */
sealed interface UsedServer extends AutoCloseable permits GivenServer, OwnServer {

    String connectionString();

    ServerOrigin origin();

    /** What the origin was found at, for people. */
    String place();

    /** To the primary, whichever node that is. */
    AdminConnection admin();

    default Version version() {
        return Version.parse(admin().run(new Document("buildInfo", 1)).getString("version"));
    }

    /** Empty if they were not started here. */
    List<MongoNode> nodes();

    SSLContext sslContext();

    /** What trusts those whom the Java platform trusts. */
    static SSLContext platformTrust() {
        try {
            return SSLContext.getDefault();
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java platform has TLS", impossible);
        }
    }

    @Override
    void close();
}
