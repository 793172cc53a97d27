package dev.onchange.listening;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import com.mongodb.ConnectionString;
import com.mongodb.MongoClientSettings;
import dev.onchange.ChangeListeners;
import dev.onchange.ChangeListenersBuilder;
import dev.onchange.OnChange;
import dev.onchange.OnChangeException;
import dev.onchange.localmongo.LocalMongo;
import dev.onchange.problem.Problem;
import dev.onchange.problem.ProblemCode;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.bson.Document;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Mono;

class ConnectTest {

    /** Nothing can listen there without being privileged. */
    private static final String NOBODY = "localhost:1";

    @Test
    void a_server_that_cannot_be_reached_is_one_clear_error_without_the_password() {
        OnChangeException refusal = refusal(ChangeListeners.builder("mongodb://clerk:verysecret@" + NOBODY
                + ",127.0.0.1:2/shop?replicaSet=rs0&serverSelectionTimeoutMS=300"));

        Problem problem = refusal.problems().get(0);
        assertThat(refusal.problems()).hasSize(1);
        assertThat(problem.code()).isEqualTo(ProblemCode.SERVER_UNAVAILABLE);
        assertThat(problem.toString()).contains(NOBODY).contains("127.0.0.1:2").contains("server selection time-out");
        assertThat(refusal).hasMessageNotContaining("verysecret");
    }

    @ParameterizedTest
    @CsvSource(delimiterString = " | ", textBlock = """
        shop.example.com:27017                  | must start with 'mongodb://'
        mongodb://shop.example.com:2701x/       | contains an invalid host and port
        mongodb://clerk:very:secret@host/       | must be urlencoded
        mongodb://clerk:verysecret/@host:27017/ | an at-sign (@) stands after the host
        mongodb://clerk@host/?verysecret        | contains an invalid option
        """)
    void a_connection_string_that_the_driver_cannot_read_is_told_with_a_code_and_without_the_password(
            String text, String why) {
        OnChangeException refusal = catchThrowableOfType(OnChangeException.class, () -> ChangeListeners.builder(text));

        Problem problem = refusal.problems().get(0);
        assertThat(problem.code()).isEqualTo(ProblemCode.INVALID_CONNECTION_STRING);
        assertThat(problem.what()).contains(why);
        assertThat(problem.todo())
                .contains("mongodb://host:27017/?replicaSet=rs0")
                .contains("%40 for @");
        assertThat(refusal).hasStackTraceContaining("ONC-1209").hasMessageNotContaining("secret");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "mongodb://clerk:ЖЩ%ЯЮ@host/",
                "mongodb://clerk:ЖЩЯ%",
                "mongodb://clerk:ЖЩЯ%@host/",
                "mongodb://clerk:Ж'Щ'ЯЮ%@host/",
                "mongodb://clerk:Ж/ЩЯ@host/",
                "mongodb://clerk:1/ЩЯ@host/",
                "mongodb://clerk:1?ЩЯ@host/",
                "mongodb://clerk:Ж#ЩЯ@ho st:x/",
                "mongodb://clerk:ЖЩЯ",
                "mongodb://clerk:ЖЩЯ/shop",
                "mongodb://[ЖЩЯ@host",
                "mongodb+srv://clerk:ЖЩЯ",
                "mongodb+srv://clerk:Ж/Щ@host/",
                "mongodb+srv:clerk:ЖЩЯ@host/",
                "clerk:ЖЩЯ@host/",
                "mongodb://host/?authMechanism=Ж",
                "mongodb://host/?proxyHost=a&proxyPassword=ЖЩ&proxyPassword=Я",
                "mongodb://host/?proxyPassword=ЖЩЯ",
                "mongodb://clerk@host/?authMechanism=MONGODB-AWS&authMechanismProperties=AWS_SESSION_TOKEN,ЖЩ",
                "mongodb://host/?uuidRepresentation=ЖЩ",
                "mongodb://host/?compressors=ЖЩ"
            })
    void no_character_of_a_password_is_told_however_the_string_is_broken(String text) {
        OnChangeException refusal = catchThrowableOfType(OnChangeException.class, () -> ChangeListeners.builder(text));

        assertThat(refusal.problems()).extracting(Problem::code).containsExactly(ProblemCode.INVALID_CONNECTION_STRING);
        StringWriter trace = new StringWriter();
        refusal.printStackTrace(new PrintWriter(trace));
        assertThat(trace.toString().substring(0, trace.toString().indexOf("\tat ")))
                .doesNotContainPattern("[ЖЩЯЮ]");
        assertThat(refusal).hasNoCause();
    }

    @Test
    void an_at_sign_in_an_option_is_no_password() {
        assertThat(ChangeListeners.builder("mongodb://host:27017/shop?appName=till@shop"))
                .isNotNull();
    }

    @Test
    void a_host_that_no_name_server_knows_is_told() {
        OnChangeException refusal =
                refusal(ChangeListeners.builder("mongodb+srv://shop.invalid/?serverSelectionTimeoutMS=2000")
                        .database("shop"));

        assertThat(refusal.problems()).singleElement().satisfies(problem -> {
            assertThat(problem.code()).isEqualTo(ProblemCode.SERVER_UNAVAILABLE);
            assertThat(problem.what()).startsWith("The name shop.invalid leads to no server: ");
            assertThat(problem.todo()).contains("mongodb+srv://");
        });
    }

    @Test
    void a_wrong_name_of_the_replica_set_is_told_with_the_right_one() {
        String uri = LocalMongo.shared().connectionString().replaceAll("replicaSet=[^&]*", "replicaSet=other")
                + "&serverSelectionTimeoutMS=500";

        OnChangeException refusal = refusal(ChangeListeners.builder(uri).database("shop"));

        assertThat(refusal.problems()).singleElement().satisfies(problem -> {
            assertThat(problem.code()).isEqualTo(ProblemCode.SERVER_UNAVAILABLE);
            assertThat(problem.what()).contains("other").contains("the set is called rs0");
            assertThat(problem.todo()).contains("replicaSet=rs0");
        });
    }

    @Test
    void a_standalone_that_was_taken_for_a_member_of_a_replica_set_is_told() {
        try (LocalMongo standalone = LocalMongo.builder().standalone().start()) {
            String host = new ConnectionString(standalone.connectionString())
                    .getHosts()
                    .get(0);
            String uri = "mongodb://" + host + "/?replicaSet=shop&serverSelectionTimeoutMS=500";

            OnChangeException refusal = refusal(ChangeListeners.builder(uri).database("shop"));

            assertThat(refusal.problems()).singleElement().satisfies(problem -> {
                assertThat(problem.code()).isEqualTo(ProblemCode.SERVER_UNAVAILABLE);
                assertThat(problem.what()).contains("the server is a standalone");
                assertThat(problem.todo()).contains("mongod --replSet shop …").contains("rs.initiate()");
            });
        }
    }

    @Test
    void a_check_of_a_server_that_cannot_be_reached_says_so_too() {
        ChangeListenersBuilder builder =
                ChangeListeners.builder("mongodb://" + NOBODY + "/shop?serverSelectionTimeoutMS=300");

        assertThat(builder.handlers(new Stock()).check().problems())
                .singleElement()
                .satisfies(problem -> assertThat(problem.code()).isEqualTo(ProblemCode.SERVER_UNAVAILABLE));
    }

    @Test
    void one_of_several_seeds_that_answers_is_enough() {
        Stock stock = new Stock();
        String uri = LocalMongo.shared().connectionString().replaceFirst("//(.*@)?", "$0" + NOBODY + ",");
        try (Ground ground = new Ground();
                ChangeListeners listeners =
                        ground.prepared(ChangeListeners.builder(uri), stock).start()) {
            ground.insert("stock", 1);

            await().untilAsserted(() -> assertThat(stock.seen).containsExactly(1));
        }
    }

    @Test
    void the_database_of_the_connection_string_is_that_of_handlers_which_name_none() {
        Stock stock = new Stock();
        try (Ground ground = new Ground()) {
            String uri =
                    LocalMongo.shared().connectionString().replaceFirst("(?<!/)/(?=[?]|$)", "/" + ground.database());
            assertThat(new ConnectionString(uri).getDatabase()).isEqualTo(ground.database());
            try (ChangeListeners listeners = ChangeListeners.builder(uri)
                    .stateDatabase(ground.state())
                    .handlers(stock)
                    .start()) {
                ground.insert("stock", 1);

                await().untilAsserted(() -> assertThat(stock.seen).containsExactly(1));
            }
        }
    }

    @Test
    void listeners_use_tls_and_say_what_to_correct_if_the_server_is_not_trusted() {
        try (LocalMongo mongo = LocalMongo.builder().tls().start()) {
            Stock stock = new Stock();
            MongoClientSettings trusting = settings(mongo)
                    .applyToSslSettings(ssl -> ssl.context(mongo.sslContext()))
                    .build();
            MongoClientSettings distrusting = settings(mongo)
                    .applyToClusterSettings(cluster -> cluster.serverSelectionTimeout(1, TimeUnit.SECONDS))
                    .build();

            try (ChangeListeners listeners = ChangeListeners.builder(trusting)
                    .database("shop")
                    .handlers(stock)
                    .start()) {
                Mono.from(listeners
                                .client()
                                .getDatabase("shop")
                                .getCollection("stock")
                                .insertOne(new Document("_id", 1)))
                        .block();
                await().untilAsserted(() -> assertThat(stock.seen).containsExactly(1));
            }
            OnChangeException refusal =
                    refusal(ChangeListeners.builder(distrusting).database("shop"));

            assertThat(refusal.problems()).singleElement().satisfies(problem -> {
                assertThat(problem.code()).isEqualTo(ProblemCode.SERVER_UNAVAILABLE);
                assertThat(problem.what()).contains("certification path");
                assertThat(problem.todo()).contains("TLS options");
            });
        }
    }

    private static MongoClientSettings.Builder settings(LocalMongo mongo) {
        return MongoClientSettings.builder().applyConnectionString(new ConnectionString(mongo.connectionString()));
    }

    private static OnChangeException refusal(ChangeListenersBuilder builder) {
        return catchThrowableOfType(OnChangeException.class, builder.handlers(new Stock())::start);
    }

    static final class Stock {

        final List<Integer> seen = new CopyOnWriteArrayList<>();

        @OnChange(id = "stock", collection = "stock", operation = "insert")
        void arrived(Document item) {
            seen.add(item.getInteger("_id"));
        }
    }
}
