package dev.onchange.localmongo;

import com.mongodb.ConnectionString;
import com.mongodb.MongoClientSettings;
import com.mongodb.MongoCredential;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * How clients get in.
 *
 * @param user if the server asks who connects
 * @param certificate if it speaks TLS
 */
record ServerAccess(Optional<User> user, Optional<ServerCertificate> certificate) {

    /** To one node, whatever its role is. */
    static final String DIRECT = "directConnection=true";

    private static final int SELECTION_SECONDS = 20;

    /** After an error that a fail point makes up, the driver looks at the server again only at its next heartbeat. */
    private static final int HEARTBEAT_SECONDS = 1;

    /** @param password as typed */
    record User(String name, String password) {}

    /** The same, for a server that has no users yet. */
    ServerAccess anonymous() {
        return new ServerAccess(Optional.empty(), certificate);
    }

    /** @param hosts separated by commas */
    String connectionString(String hosts, String options) {
        String login = user.map(known -> encoded(known.name()) + ":" + encoded(known.password()) + "@")
                .orElse("");
        String more = (user.isPresent() ? "&authSource=admin" : "") + (certificate.isPresent() ? "&tls=true" : "");
        return "mongodb://" + login + hosts + "/?" + options + more;
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    AdminConnection connect(String hosts, String options) {
        MongoClientSettings.Builder settings = MongoClientSettings.builder()
                .applyConnectionString(new ConnectionString(connectionString(hosts, options)))
                .applicationName("onchange-local-mongo")
                .retryWrites(false)
                .applyToServerSettings(server -> server.heartbeatFrequency(HEARTBEAT_SECONDS, TimeUnit.SECONDS))
                .applyToClusterSettings(cluster -> cluster.serverSelectionTimeout(SELECTION_SECONDS, TimeUnit.SECONDS));
        user.ifPresent(known -> settings.credential(MongoCredential.createCredential(
                known.name(), "admin", known.password().toCharArray())));
        certificate.ifPresent(
                known -> settings.applyToSslSettings(ssl -> ssl.enabled(true).context(known.trusting())));
        return new AdminConnection(settings.build());
    }
}
