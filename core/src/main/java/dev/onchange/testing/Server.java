package dev.onchange.testing;

import java.util.List;
import javax.net.ssl.SSLContext;

/** The server behind a {@link LocalMongo}. */
sealed interface Server extends AutoCloseable permits GivenServer, OwnServer {

    String connectionString();

    ServerOrigin origin();

    /** What the origin was found at, for people. */
    String place();

    /** To the primary, whichever node that is. */
    AdminConnection admin();

    /** Empty if they were not started here. */
    List<MongoNode> nodes();

    SSLContext sslContext();

    @Override
    void close();
}
