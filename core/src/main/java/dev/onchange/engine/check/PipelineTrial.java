package dev.onchange.engine.check;

import dev.onchange.Scope;
import dev.onchange.engine.bson.AllFields;
import dev.onchange.engine.plan.StreamPlan;
import dev.onchange.engine.plan.StreamPlans;
import dev.onchange.problem.ProblemCode;
import dev.onchange.status.Check;
import java.util.List;
import java.util.stream.Stream;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonValue;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Lets the server apply the handlers' own pipelines to a few made-up events, to see whether the resume token survives:
 * in a real stream, the first event without it ends the stream with error 280. Where stages have expressions, only an
 * evaluation shows it. {@code $match} is left out, as the made-up events would hardly pass it.
 */
final class PipelineTrial {

    private static final BsonDocument TOKEN = BsonDocument.parse("{_data: '82000000000000000000000000'}");

    private static final List<BsonDocument> EVENTS = Stream.of(
                    "{operationType: 'insert', fullDocument: {_id: 1}}",
                    "{operationType: 'update', fullDocument: {_id: 1}, updateDescription: {updatedFields: {a: 1}}}",
                    "{operationType: 'replace', fullDocument: {_id: 1}}",
                    "{operationType: 'delete'}")
            .map(PipelineTrial::event)
            .toList();

    private final ServerQuestions server;

    PipelineTrial(ServerQuestions server) {
        this.server = server;
    }

    /** A check for each pipeline that loses the token; none where it survives, or where the server cannot try it. */
    Flux<Check> check(ServerFacts facts, StreamPlans plan) {
        if (!facts.isAtLeast(ServerVersion.WITH_DOCUMENTS)) {
            return Flux.empty();
        }
        return Flux.fromIterable(plan.streams())
                .filter(stream -> stream.handlers().get(0).takesAll())
                .concatMap(this::tryPipeline);
    }

    private static BsonDocument event(String rest) {
        BsonDocument event = new BsonDocument("_id", TOKEN);
        event.putAll(BsonDocument.parse("{ns: {db: 'db', coll: 'coll'}, documentKey: {_id: 1}}"));
        event.putAll(BsonDocument.parse(rest));
        return event;
    }

    private Mono<Check> tryPipeline(StreamPlan stream) {
        BsonArray stages = new BsonArray(List.of(new BsonDocument("$documents", new BsonArray(EVENTS))));
        stream.pipeline().stream()
                .filter(stage -> !stage.containsKey("$match"))
                .forEach(stage -> stages.add(AllFields.of(stage)));
        boolean deployment = stream.scope().scope() == Scope.DEPLOYMENT;
        return server.ask(
                        deployment ? "admin" : stream.scope().database(),
                        new BsonDocument("aggregate", new BsonInt32(1))
                                .append("pipeline", stages)
                                .append("cursor", new BsonDocument()))
                .flatMap(answer -> Mono.justOrEmpty(answer.map(reply -> judge(stream, reply))));
    }

    private static @Nullable Check judge(StreamPlan stream, BsonDocument reply) {
        List<BsonValue> results = reply.getDocument("cursor").getArray("firstBatch");
        long lost = results.stream()
                .filter(event -> !TOKEN.equals(event.asDocument().get("_id")))
                .count();
        if (lost == 0) {
            return null;
        }
        String name = "pipeline of " + stream.handlers().get(0).spec().id();
        String todo = "Leave _id as it is in every stage at "
                + stream.handlers().get(0).spec().where("pipeline") + ".";
        return lost == results.size()
                ? Check.failure(name, "It loses the event's _id, which is its resume token.", todo)
                        .under(ProblemCode.INVALID_PIPELINE)
                : Check.warning(name, "It loses the _id, and with it the stream, at some kinds of event.", todo);
    }
}
