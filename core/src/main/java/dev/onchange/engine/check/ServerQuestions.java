package dev.onchange.engine.check;

import com.mongodb.MongoCommandException;
import com.mongodb.MongoException;
import com.mongodb.reactivestreams.client.MongoClient;
import dev.onchange.engine.message.Reason;
import dev.onchange.engine.timing.Timing;
import java.util.Set;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Sends single commands to the server that the client reads from. */
final class ServerQuestions {

    private static final int UNAUTHORIZED = 13;

    /** Not authorized, no such command, not with this server, not in a strict API version, and Atlas's own refusal. */
    private static final Set<Integer> NOT_ALLOWED = Set.of(UNAUTHORIZED, 59, 115, Answer.API_STRICT_ERROR, 8000);

    private final MongoClient client;
    private final TransientRetry retry;

    ServerQuestions(MongoClient client, Timing timing) {
        this.client = client;
        this.retry = TransientRetry.of(client, timing);
    }

    MongoClient client() {
        return client;
    }

    /** The retry of questions that the server cannot answer at present. */
    TransientRetry retry() {
        return retry;
    }

    /** Does not fail on an error of the server or of the connection, which is an answer too. */
    Mono<Answer> ask(String database, BsonDocument command) {
        return retry.around(Mono.from(client.getDatabase(database)
                        .runCommand(command, client.getReadPreference(), BsonDocument.class)))
                .<Answer>map(Answer.Given::new)
                .onErrorResume(MongoException.class, error -> Mono.just(refusal(error)));
    }

    /** The answer's {@code collections}: each as {@code listCollections} describes it. */
    Mono<Answer> collections(String database) {
        return retry.around(Flux.from(client.getDatabase(database).listCollections(BsonDocument.class))
                        .collectList())
                .<Answer>map(all -> new Answer.Given(new BsonDocument("collections", new BsonArray(all))))
                .onErrorResume(MongoException.class, error -> Mono.just(refusal(error)));
    }

    /** The databases that the account sees; none if it may not ask. */
    Flux<String> databases() {
        return Flux.from(client.listDatabaseNames()).onErrorResume(MongoException.class, error -> Flux.empty());
    }

    private static Answer refusal(MongoException error) {
        if (TransientRetry.isForNow(error)) {
            return new Answer.NotNow(error);
        }
        if (error instanceof MongoCommandException refused) {
            String why = refused.getErrorMessage();
            return NOT_ALLOWED.contains(refused.getCode())
                    ? new Answer.NotAllowed(refused.getCode(), Reason.withoutCommand(why))
                    : new Answer.Failed(refused.getCode(), why);
        }
        return new Answer.Failed(error.getCode(), String.valueOf(error.getMessage()));
    }
}
