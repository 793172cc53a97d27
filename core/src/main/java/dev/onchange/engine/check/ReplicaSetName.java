package dev.onchange.engine.check;

import com.mongodb.MongoClientSettings;
import com.mongodb.ServerAddress;
import com.mongodb.connection.ClusterConnectionMode;
import com.mongodb.connection.ClusterSettings;
import com.mongodb.connection.ServerDescription;
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
 * Asks servers directly to which replica set they belong. The client that was to use them cannot say: it drops those of
 * another set from its view.
 */
final class ReplicaSetName {

    private static final Duration LIMIT = Duration.ofSeconds(2);

    private final @Nullable MongoClientSettings settings;

    /** @param settings those of the client, for its TLS options; null if they are not known */
    ReplicaSetName(@Nullable MongoClientSettings settings) {
        this.settings = settings;
    }

    /** The name told by the first that belongs to a set; empty if none does, or none answers in time. */
    Mono<Optional<String>> of(List<ServerAddress> servers) {
        return Flux.fromIterable(servers)
                .concatMap(this::of)
                .next()
                .map(Optional::of)
                .defaultIfEmpty(Optional.empty());
    }

    private Mono<String> of(ServerAddress server) {
        return Mono.using(
                () -> new Look(server),
                look -> look.answer.asMono().timeout(LIMIT, Mono.empty()),
                look -> look.client.close());
    }

    /** What the driver's monitor sees; it needs no credentials. */
    private final class Look implements ClusterListener {

        private final Sinks.One<String> answer = Sinks.one();
        private final MongoClient client;

        Look(ServerAddress server) {
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
                } else if (server.isOk()) {
                    answer.tryEmitEmpty();
                }
            }
        }
    }
}
