package dev.onchange.engine.match;

import com.mongodb.MongoCommandException;
import com.mongodb.reactivestreams.client.MongoDatabase;
import dev.onchange.engine.bson.AllFields;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonString;
import org.bson.BsonValue;
import org.bson.RawBsonDocument;
import org.bson.codecs.BsonDocumentCodec;
import reactor.core.publisher.Mono;

/** Asks a real server which events its {@code $match} lets through: the same stage as in a change stream, over given documents. */
final class ServerAnswers {

    /** The server lets through these events, by their number, and fails on those; or refuses the filter with a code. */
    record Answer(Set<Integer> matching, Set<Integer> failing, int refused) {

        /** What this lets through, and the other one does not. */
        Set<Integer> lostBy(Answer other) {
            Set<Integer> lost = new HashSet<>(matching);
            lost.removeAll(other.matching);
            return lost;
        }
    }

    /** So few are asked about one by one: filters that fail for one event fail for many. */
    private static final int FEW = 5;

    private final MongoDatabase database;
    /** As they are sent: most of them many times. */
    private final List<RawBsonDocument> events;

    ServerAnswers(MongoDatabase database, List<BsonDocument> events) {
        this.database = database;
        this.events = events.stream()
                .map(event -> new RawBsonDocument(event, new BsonDocumentCodec()))
                .toList();
    }

    List<Answer> ask(List<BsonDocument> filters) {
        try {
            return all(filters);
        } catch (MongoCommandException some) {
            return withoutRefused(filters);
        }
    }

    /** Which filters are refused is asked one by one, without events. */
    private List<Answer> withoutRefused(List<BsonDocument> filters) {
        List<Integer> refusals = filters.stream().map(this::refusal).toList();
        Iterator<Answer> accepted = answers(IntStream.range(0, filters.size())
                        .filter(i -> refusals.get(i) == 0)
                        .mapToObj(filters::get)
                        .toList())
                .iterator();
        return refusals.stream()
                .map(code -> code == 0 ? accepted.next() : new Answer(Set.of(), Set.of(), code))
                .toList();
    }

    /** The code with which the server refuses a filter, whatever it is applied to; 0 if it does not. */
    private int refusal(BsonDocument filter) {
        try {
            run(List.of(), new BsonDocument("$match", filter));
            return 0;
        } catch (MongoCommandException refused) {
            return refused.getErrorCode();
        }
    }

    private List<Answer> answers(List<BsonDocument> filters) {
        try {
            return filters.isEmpty() ? List.of() : all(filters);
        } catch (MongoCommandException some) {
            if (filters.size() == 1) {
                return List.of(divided(filters.get(0)));
            }
            int half = filters.size() / 2;
            List<Answer> answers = new ArrayList<>(answers(filters.subList(0, half)));
            answers.addAll(answers(filters.subList(half, filters.size())));
            return answers;
        }
    }

    private List<Answer> all(List<BsonDocument> filters) {
        BsonDocument facets = new BsonDocument();
        for (int i = 0; i < filters.size(); i++) {
            facets.put("f" + i, matching(filters.get(i)));
        }
        BsonDocument result = run(events, new BsonDocument("$facet", facets));
        List<Answer> answers = new ArrayList<>();
        for (int i = 0; i < filters.size(); i++) {
            answers.add(new Answer(numbers(result.getArray("f" + i)), Set.of(), 0));
        }
        return answers;
    }

    private static BsonArray matching(BsonDocument filter) {
        return new BsonArray(List.of(
                new BsonDocument("$match", filter),
                new BsonDocument("$project", new BsonDocument("_id", new BsonInt32(1)))));
    }

    private static Set<Integer> numbers(BsonArray found) {
        Set<Integer> numbers = new HashSet<>();
        for (BsonValue event : found) {
            String data =
                    event.asDocument().getDocument("_id").getString("_data").getValue();
            numbers.add(Integer.parseInt(data.substring(2)));
        }
        return numbers;
    }

    /** Of a filter that fails for some of the events. */
    private Answer divided(BsonDocument filter) {
        Answer answer = new Answer(new HashSet<>(), new HashSet<>(), 0);
        divide(filter, 0, events.size(), answer);
        return answer;
    }

    private void divide(BsonDocument filter, int from, int to, Answer answer) {
        if (to - from == 1) {
            answer.failing().add(from);
        } else if (to - from <= FEW) {
            for (int i = from; i < to; i++) {
                fails(filter, i, i + 1, answer);
            }
        } else {
            int middle = (from + to) / 2;
            if (!fails(filter, from, middle, answer)) {
                divide(filter, middle, to, answer);
            } else {
                fails(filter, middle, to, answer);
            }
        }
    }

    private boolean fails(BsonDocument filter, int from, int to, Answer answer) {
        try {
            BsonDocument facets = new BsonDocument("f", matching(filter));
            BsonDocument result = run(events.subList(from, to), new BsonDocument("$facet", facets));
            answer.matching().addAll(numbers(result.getArray("f")));
            return false;
        } catch (MongoCommandException failed) {
            divide(filter, from, to, answer);
            return true;
        }
    }

    private BsonDocument run(List<? extends BsonDocument> documents, BsonDocument stage) {
        BsonArray literal = new BsonArray(documents);
        BsonArray pipeline = new BsonArray(List.of(
                new BsonDocument("$documents", new BsonDocument("$literal", literal)),
                new BsonDocument("$_internalInhibitOptimization", new BsonDocument()),
                AllFields.of(stage)));
        BsonDocument command = new BsonDocument("aggregate", new BsonInt32(1))
                .append("pipeline", pipeline)
                .append("cursor", new BsonDocument("batchSize", new BsonInt32(documents.size() + 1)));
        BsonDocument reply =
                Mono.from(database.runCommand(command, BsonDocument.class)).block();
        BsonArray batch = reply.getDocument("cursor").getArray("firstBatch");
        return batch.isEmpty()
                ? new BsonDocument("_", new BsonString(""))
                : batch.get(0).asDocument();
    }
}
