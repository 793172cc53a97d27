package dev.onchange.engine.match;

import static org.assertj.core.api.Assertions.assertThat;

import com.mongodb.reactivestreams.client.MongoClient;
import com.mongodb.reactivestreams.client.MongoClients;
import dev.onchange.engine.snapshot.DocumentFilter;
import dev.onchange.localmongo.LocalMongo;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.bson.BsonDocument;
import org.bson.json.JsonMode;
import org.bson.json.JsonWriterSettings;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Random filters of changes and the filters of documents that are made of them: what one lets through on a live server, the
 * other one lets through too. {@code -Donchange.match.seed} chooses others, {@code -Donchange.match.rounds} lengthens it.
 */
class DocumentFiltersTest {

    private static final int DOCUMENTS = 40;
    private static final int FILTERS = 100;
    private static final int ROUNDS = Integer.getInteger("onchange.match.rounds", 4);
    private static final long SEED = RandomValues.SEED;
    private static final JsonWriterSettings EXACT =
            JsonWriterSettings.builder().outputMode(JsonMode.EXTENDED).build();

    private static MongoClient client;

    private final RandomValues values = new RandomValues(new Random(SEED));
    private final RandomFilters filters = new RandomFilters(values);
    private final List<String> missing = new ArrayList<>();
    private int leftOut;

    @BeforeAll
    static void connect() {
        client = MongoClients.create(LocalMongo.shared().connectionString());
    }

    @AfterAll
    static void disconnect() {
        client.close();
    }

    @Test
    void the_filter_of_documents_lets_through_what_the_filter_of_changes_does() {
        int round = 0;
        while (round < ROUNDS || leftOut == 0 && round < 10 * ROUNDS) {
            round++;
            List<BsonDocument> changes = new ArrayList<>();
            List<BsonDocument> documents = new ArrayList<>();
            while (changes.size() < DOCUMENTS) {
                BsonDocument change = values.event(changes.size());
                if (change.get("fullDocument") instanceof BsonDocument full) {
                    BsonDocument document = new BsonDocument("_id", change.get("_id"));
                    full.remove("_id");
                    document.putAll(full);
                    change.put("fullDocument", document);
                    change.put("documentKey", new BsonDocument("_id", document.get("_id")));
                    changes.add(change);
                    documents.add(document);
                }
            }
            compare(changes, documents);
        }

        assertThat(missing).as("seed %d", SEED).isEmpty();
        assertThat(leftOut).as("documents that are not sent").isPositive();
    }

    private void compare(List<BsonDocument> changes, List<BsonDocument> documents) {
        List<BsonDocument> ofChanges = new ArrayList<>();
        List<BsonDocument> ofDocuments = new ArrayList<>();
        for (int i = 0; i < FILTERS; i++) {
            Match match = parsed(filters.filter(2));
            BsonDocument made = match == null ? null : DocumentFilter.of(match.streamFilter());
            if (match != null && made != null) {
                ofChanges.add(match.filter());
                ofDocuments.add(made);
            }
        }
        List<ServerAnswers.Answer> wanted = new ServerAnswers(client.getDatabase("weaker"), changes).ask(ofChanges);
        List<ServerAnswers.Answer> sent = new ServerAnswers(client.getDatabase("weaker"), documents).ask(ofDocuments);
        for (int i = 0; i < ofChanges.size(); i++) {
            assertThat(sent.get(i).refused())
                    .as(ofDocuments.get(i).toJson(EXACT))
                    .isEqualTo(wanted.get(i).refused());
            leftOut += DOCUMENTS - sent.get(i).matching().size();
            for (int document : wanted.get(i).lostBy(sent.get(i))) {
                missing.add(ofChanges.get(i).toJson(EXACT) + " matches "
                        + changes.get(document).toJson(EXACT) + ", and not "
                        + ofDocuments.get(i).toJson(EXACT));
            }
        }
    }

    private static Match parsed(BsonDocument filter) {
        try {
            Match match = Match.parse(filter.toJson(EXACT));
            return match.inProcess() ? match : null;
        } catch (InvalidMatchException refused) {
            return null;
        }
    }
}
