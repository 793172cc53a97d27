package dev.onchange.engine.check;

import com.mongodb.MongoClientSettings;
import com.mongodb.ServerAddress;
import com.mongodb.connection.ClusterConnectionMode;
import com.mongodb.connection.ClusterSettings;
import com.mongodb.connection.ServerDescription;
import com.mongodb.connection.ServerType;
import com.mongodb.event.ClusterDescriptionChangedEvent;
import com.mongodb.event.ClusterListener;
import com.mongodb.reactivestreams.client.MongoClient;
import com.mongodb.reactivestreams.client.MongoClients;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * Asks servers directly to which replica set they belong. The client that was to use them cannot tell: it drops servers
 * of another set from its cluster description.
 */
final class ReplicaSetName {

    /** In place of a name, of a server that belongs to no set. */
    static final String STANDALONE = "";

    private static final Duration LIMIT = Duration.ofSeconds(2);

    private final @Nullable MongoClientSettings settings;

    /** @param settings the client's, for its TLS options; null if they are not known */
    ReplicaSetName(@Nullable MongoClientSettings settings) {
        this.settings = settings;
    }

    /** What the first server tells that is a member of a set, or a {@link #STANDALONE}; empty if none answers in time. */
    Mono<Optional<String>> of(List<ServerAddress> servers) {
        return Flux.fromIterable(servers)
                .concatMap(this::of)
                .next()
                .map(Optional::of)
                .defaultIfEmpty(Optional.empty());
    }

    private Mono<String> of(ServerAddress server) {
        return Mono.using(
                () -> new SetNameListener(server),
                listener -> listener.answer.asMono().timeout(LIMIT, Mono.empty()),
                listener -> listener.client.close());
    }

    /** Gets the set name from the driver's server monitor, which needs no credentials. */
    private final class SetNameListener implements ClusterListener {

        private final Sinks.One<String> answer = Sinks.one();
        private final MongoClient client;

        SetNameListener(ServerAddress server) {
            ClusterSettings direct = ClusterSettings.builder()
                    .hosts(List.of(server))
                    .mode(ClusterConnectionMode.SINGLE)
                    .addClusterListener(this)
                    .build();
            MongoClientSettings.Builder builder =
                    settings == null ? MongoClientSettings.builder() : MongoClientSettings.builder(settings);
            client = MongoClients.create(builder.applyToClusterSettings(cluster -> cluster.applySettings(direct))
                    .build());
        }

        @Override
        public void clusterDescriptionChanged(ClusterDescriptionChangedEvent event) {
            for (ServerDescription server : event.getNewDescription().getServerDescriptions()) {
                if (server.getSetName() != null) {
                    answer.tryEmitValue(server.getSetName());
                } else if (server.getType() == ServerType.STANDALONE) {
                    answer.tryEmitValue(STANDALONE);
                } else if (server.isOk()) {
                    answer.tryEmitEmpty();
                }
            }
        }
    }
}
