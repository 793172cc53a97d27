package dev.onchange.engine.deadletter;

import static com.mongodb.client.model.Indexes.ascending;

import com.mongodb.MongoCommandException;
import com.mongodb.client.model.IndexModel;
import com.mongodb.reactivestreams.client.MongoCollection;
import dev.onchange.OnChangeException;
import dev.onchange.engine.message.Reason;
import dev.onchange.problem.Problem;
import dev.onchange.problem.ProblemCode;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.bson.BsonDocument;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The indexes of the letters: in the order of a handler's changes, of one document's, and of what is searched. */
final class LetterIndexes {

    /** Holds all that is read of the documents that have letters, so that the letters need not be read. */
    static final BsonDocument BY_DOCUMENT = ascending(
                    LetterDocuments.HANDLER, LetterDocuments.KEY, LetterDocuments.TOKEN, LetterDocuments.PARKED)
            .toBsonDocument();

    /** The order in which letters are listed. */
    static final BsonDocument BY_TOKEN =
            ascending(LetterDocuments.HANDLER, LetterDocuments.TOKEN).toBsonDocument();

    private static final List<BsonDocument> KEYS = List.of(BY_TOKEN, BY_DOCUMENT);

    /** For whoever searches many letters; without them that takes longer. */
    private static final List<BsonDocument> SEARCHED = List.of(
            searched(LetterDocuments.DOCUMENT_ID),
            searched(LetterDocuments.FAILURE_TYPE),
            searched(LetterDocuments.PARKED),
            searched(LetterDocuments.LAST_AT, LetterDocuments.PARKED));

    /** The server's codes for an index that exists with the same name or keys, and different keys or options. */
    private static final Set<Integer> CONFLICTS = Set.of(85, 86);

    private final MongoCollection<BsonDocument> letters;

    LetterIndexes(MongoCollection<BsonDocument> letters) {
        this.letters = letters;
    }

    /** @param state counted from the index alone beside the field */
    private static BsonDocument searched(String field, String... state) {
        return ascending(Stream.concat(
                                Stream.of(field, LetterDocuments.HANDLER, LetterDocuments.TOKEN), Stream.of(state))
                        .toList())
                .toBsonDocument();
    }

    /** Creates missing indexes; if the account may not create any, fails unless those that are needed exist. */
    Mono<Void> prepare() {
        return Flux.from(letters.createIndexes(Stream.concat(KEYS.stream(), SEARCHED.stream())
                        .map(IndexModel::new)
                        .toList()))
                .then()
                .onErrorResume(MongoCommandException.class, refused -> {
                    if (Reason.isUnauthorized(refused)) {
                        return present().flatMap(there -> there ? Mono.empty() : Mono.error(missing(refused)));
                    }
                    return Mono.error(CONFLICTS.contains(refused.getCode()) ? different(refused) : refused);
                });
    }

    private Mono<Boolean> present() {
        return Flux.from(letters.listIndexes(BsonDocument.class))
                .map(index -> index.getDocument("key"))
                .collectList()
                .map(there -> there.containsAll(KEYS));
    }

    private OnChangeException missing(MongoCommandException refused) {
        return problem(
                refused,
                "Indexes are missing, and the account may not create them: " + Reason.sentence(refused),
                "Grant the account createIndex on the collection, or create the indexes " + KEYS + " on it.");
    }

    private OnChangeException different(MongoCommandException refused) {
        return problem(
                refused,
                "There is an index in the way of those needed: " + Reason.sentence(refused),
                "Drop it; the indexes " + KEYS + " are created at start.");
    }

    private OnChangeException problem(MongoCommandException cause, String what, String todo) {
        return new OnChangeException(
                List.of(new Problem(
                        ProblemCode.DEAD_LETTERS_UNUSABLE,
                        "MongoDB " + letters.getNamespace().getFullName(),
                        what,
                        todo)),
                cause);
    }
}
