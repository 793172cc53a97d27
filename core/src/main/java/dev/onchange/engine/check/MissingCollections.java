package dev.onchange.engine.check;

import com.mongodb.reactivestreams.client.MongoClient;
import dev.onchange.engine.match.notice.HandlerNotices;
import dev.onchange.engine.message.Message;
import dev.onchange.engine.message.Suggestion;
import dev.onchange.engine.scan.HandlerSpec;
import dev.onchange.engine.timing.Timing;
import dev.onchange.status.Notice;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.bson.BsonBoolean;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonString;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Looks for collections that are watched, or named by a filter, and do not exist: their names may be misspelt. */
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
        Map<String, List<Wanted>> byDatabase = handlers.stream()
                .flatMap(MissingCollections::wanted)
                .collect(Collectors.groupingBy(
                        wanted -> wanted.handler.watched().database(), TreeMap::new, Collectors.toList()));
        return Flux.fromIterable(byDatabase.entrySet())
                .take(DATABASES)
                .flatMapSequential(
                        each -> names(each.getKey()).flatMapIterable(names -> notices(names, each.getValue())),
                        CONCURRENCY)
                .collectList();
    }

    /**
     * A collection of which a handler wants changes.
     *
     * @param attribute names it
     */
    private record Wanted(HandlerSpec handler, String attribute, String collection) {}

    private static Stream<Wanted> wanted(HandlerSpec handler) {
        return switch (handler.watched().scope()) {
            case COLLECTION ->
                Stream.of(new Wanted(handler, "collection", handler.watched().collection()));
            case DATABASE ->
                HandlerNotices.collections(handler.match()).stream()
                        .map(collection -> new Wanted(handler, "match", collection));
            default -> Stream.of();
        };
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

    private static List<Notice> notices(Set<String> names, List<Wanted> all) {
        return all.stream()
                .filter(wanted -> !names.contains(wanted.collection))
                .map(wanted -> Notice.of(Message.NO_SUCH_COLLECTION.at(
                        wanted.handler.where(wanted.attribute),
                        wanted.handler.watched().database() + "." + wanted.collection,
                        Suggestion.of(wanted.collection, names))))
                .toList();
    }
}
