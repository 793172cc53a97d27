package dev.onchange.localmongo;

import com.mongodb.ConnectionString;
import com.mongodb.MongoClientSettings;
import com.mongodb.MongoConfigurationException;
import com.mongodb.MongoException;
import dev.onchange.localmongo.LocalMongoException.Reason;
import java.util.List;
import javax.net.ssl.SSLContext;
import org.bson.Document;
import org.jspecify.annotations.Nullable;

/** A deployment that runs already; nothing is started or stopped. */
final class GivenServer implements UsedServer {

    static final String VARIABLE = "MONGODB_URI";

    private final ConnectionString address;
    private final AdminConnection admin;

    private GivenServer(ConnectionString address, AdminConnection admin) {
        this.address = address;
        this.admin = admin;
    }

    /** @throws LocalMongoException if it cannot be reached within the time-out of its string, or has no change streams */
    static GivenServer at(String uri) {
        ConnectionString address = read(uri);
        AdminConnection admin = new AdminConnection(
                MongoClientSettings.builder().applyConnectionString(address).build());
        try {
            Document hello = admin.run(new Document("hello", 1));
            if (!hello.containsKey("setName") && !"isdbgrid".equals(hello.getString("msg"))) {
                throw refused(
                        Reason.UNSUITABLE,
                        "it is a standalone server, which has no change streams.",
                        "Start it with --replSet and initiate it, or unset MONGODB_URI.",
                        null);
            }
            return new GivenServer(address, admin);
        } catch (MongoException unreachable) {
            admin.close();
            throw refused(
                    Reason.UNAVAILABLE,
                    "it does not answer (" + unreachable.getMessage() + ").",
                    "Correct or unset MONGODB_URI.",
                    unreachable);
        } catch (LocalMongoException standalone) {
            admin.close();
            throw standalone;
        }
    }

    /** What the driver says of a broken string may cite the password. */
    private static ConnectionString read(String uri) {
        try {
            return new ConnectionString(uri);
        } catch (IllegalArgumentException | MongoConfigurationException citing) {
            throw refused(
                    Reason.INVALID_CONNECTION_STRING,
                    "the driver cannot read it.",
                    "Write mongodb://user:password@host:27017/?replicaSet=rs0, in user and password each of"
                            + " : / ? # [ ] @ % as % and its code; or unset MONGODB_URI.",
                    null);
        }
    }

    private static LocalMongoException refused(Reason code, String what, String todo, @Nullable Throwable cause) {
        return new LocalMongoException(code, VARIABLE, what, todo, cause);
    }

    @Override
    public String connectionString() {
        return address.getConnectionString();
    }

    @Override
    public ServerOrigin origin() {
        return ServerOrigin.MONGODB_URI;
    }

    /** The hosts alone: the string may hold a password. */
    @Override
    public String place() {
        return String.join(",", address.getHosts());
    }

    @Override
    public AdminConnection admin() {
        return admin;
    }

    @Override
    public List<MongoNode> nodes() {
        return List.of();
    }

    @Override
    public SSLContext sslContext() {
        return UsedServer.platformTrust();
    }

    @Override
    public void close() {
        admin.close();
    }
}
