package dev.onchange.engine.check;

import com.mongodb.reactivestreams.client.MongoClient;
import dev.onchange.Scope;
import dev.onchange.engine.message.Message;
import dev.onchange.engine.message.Suggestion;
import dev.onchange.engine.scan.HandlerSpec;
import dev.onchange.engine.timing.Timing;
import dev.onchange.status.Notice;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.bson.BsonBoolean;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonString;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Looks for collections that are watched and do not exist: their names may be misspelt. */
public final class MissingCollections {

    /** Databases asked for at most: with a database for each tenant there may be any number. */
    private static final int DATABASES = 64;

    /** Databases read at a time: the client's pool may be small. */
    private static final int CONCURRENCY = 4;

    /** In one answer: what does not fit is not looked at. */
    private static final int NAMES = 100_000;

    private final ServerQuestions server;

    /**
     * @param client stays the caller's to close
     * @param timing of what is asked again
     */
    public MissingCollections(MongoClient client, Timing timing) {
        this.server = new ServerQuestions(client, timing);
    }

    /** A notice for each handler of such a collection. Does not fail: where the account may not ask, there is none. */
    public Mono<List<Notice>> of(List<HandlerSpec> handlers) {
        Set<String> databases = handlers.stream()
                .filter(handler -> handler.watched().scope() == Scope.COLLECTION)
                .map(handler -> handler.watched().database())
                .collect(Collectors.toCollection(TreeSet::new));
        return Flux.fromIterable(databases)
                .take(DATABASES)
                .flatMapSequential(
                        database -> names(database).flatMapIterable(names -> notices(database, names, handlers)),
                        CONCURRENCY)
                .collectList();
    }

    private Mono<Set<String>> names(String database) {
        BsonDocument command = new BsonDocument("listCollections", new BsonInt32(1))
                .append("nameOnly", BsonBoolean.TRUE)
                .append("authorizedCollections", BsonBoolean.TRUE)
                .append("cursor", new BsonDocument("batchSize", new BsonInt32(NAMES)));
        return server.ask(database, command)
                .flatMap(answer -> answer instanceof Answer.Given given
                        ? Mono.justOrEmpty(names(given.reply().getDocument("cursor", new BsonDocument())))
                        : Mono.empty());
    }

    private static Optional<Set<String>> names(BsonDocument cursor) {
        boolean whole = cursor.isNumber("id") && cursor.getNumber("id").longValue() == 0;
        return whole && cursor.isArray("firstBatch")
                ? Optional.of(cursor.getArray("firstBatch").stream()
                        .map(each -> each.asDocument()
                                .getString("name", new BsonString(""))
                                .getValue())
                        .collect(Collectors.toSet()))
                : Optional.empty();
    }

    private static List<Notice> notices(String database, Set<String> names, List<HandlerSpec> handlers) {
        return handlers.stream()
                .filter(handler -> handler.watched().scope() == Scope.COLLECTION)
                .filter(handler -> handler.watched().database().equals(database))
                .filter(handler -> !names.contains(handler.watched().collection()))
                .map(handler -> Notice.of(Message.NO_SUCH_COLLECTION.at(
                        handler.where("collection"),
                        handler.watched().toString(),
                        Suggestion.of(handler.watched().collection(), names))))
                .toList();
    }
}
