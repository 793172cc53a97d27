package dev.onchange.engine.check;

import static org.assertj.core.api.Assertions.assertThat;

import com.mongodb.ConnectionString;
import com.mongodb.MongoClientSettings;
import com.mongodb.ServerApi;
import com.mongodb.ServerApiVersion;
import com.mongodb.reactivestreams.client.MongoClient;
import com.mongodb.reactivestreams.client.MongoClients;
import dev.onchange.engine.timing.Timing;
import dev.onchange.localmongo.LocalMongo;
import java.time.Clock;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** On this depends who looks up documents. */
class CollectionIdentityTest {

    private static final Timing TIMING = Timing.onSharedSchedulers(Clock.systemUTC(), new Random(7));

    private final MongoClientSettings settings = MongoClientSettings.builder()
            .applyConnectionString(new ConnectionString(LocalMongo.shared().connectionString()))
            .build();

    @Test
    void a_server_since_6_0_tells_collections_of_one_name_apart() {
        assertThat(tells(settings)).isTrue();
    }

    @Test
    void a_strict_api_version_does_not_let_it() {
        MongoClientSettings strict = MongoClientSettings.builder(settings)
                .serverApi(ServerApi.builder()
                        .version(ServerApiVersion.V1)
                        .strict(true)
                        .build())
                .build();

        assertThat(tells(strict)).isFalse();
    }

    private static Boolean tells(MongoClientSettings settings) {
        try (MongoClient client = MongoClients.create(settings)) {
            return new ServerProbe(client, TIMING).tellsCollectionsApart().block();
        }
    }
}
