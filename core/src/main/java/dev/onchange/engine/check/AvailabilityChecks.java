package dev.onchange.engine.check;

import com.mongodb.MongoClientSettings;
import com.mongodb.MongoException;
import com.mongodb.reactivestreams.client.MongoClient;
import dev.onchange.checkpoint.Position;
import dev.onchange.engine.message.Reason;
import dev.onchange.engine.plan.StreamPlans;
import dev.onchange.engine.timing.Timing;
import dev.onchange.status.Availability;
import dev.onchange.status.Check;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.bson.BsonDocument;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Asks the server everything that must hold before change streams are opened, and changes nothing on it. Safe for use
 * by several threads.
 *
 * <p>A question that the account may not ask is answered {@link Check.Result#UNKNOWN}, as is usual with hosted servers;
 * only a stream that the server refuses to open, or something that it says itself, is a failure.
 */
public final class AvailabilityChecks {

    /** Streams opened at a time, only to be closed again: the client's pool may be small. */
    private static final int CONCURRENCY = 8;

    private final MongoClient client;
    private final ServerQuestions server;
    private final Unreachable unreachable;

    /**
     * @param client stays the caller's to close
     * @param timing of what is asked again
     */
    public AvailabilityChecks(MongoClient client, Timing timing) {
        this(client, timing, null);
    }

    /** @param settings with which the client was made, to ask servers directly when it reaches none; null if unknown */
    public AvailabilityChecks(MongoClient client, Timing timing, @Nullable MongoClientSettings settings) {
        this.client = client;
        this.server = new ServerQuestions(client, timing);
        this.unreachable = new Unreachable(client, new ReplicaSetName(settings));
    }

    /**
     * Runs all checks, those that do not depend on others at one time. Does not fail: a server that cannot be reached within the
     * client's server selection time-out is the only check of the result, and it is a failure.
     *
     * @param positions the kept positions by handler
     */
    public Mono<Availability> run(StreamPlans plan, Mono<Map<String, Position>> positions) {
        return Mono.zip(
                        hello().flatMap(hello -> ServerFacts.of(server, hello)),
                        streams(plan).collectList(),
                        positions)
                .flatMap(answers -> check(answers.getT1(), plan, answers.getT2(), answers.getT3()))
                .onErrorResume(
                        MongoException.class, error -> unreachable.check(error).map(List::of))
                .map(Availability::new);
    }

    /**
     * Asks only whether there is a server that answers, and lets the account in. Does not fail: a failure is the only
     * check of the result.
     */
    public Mono<Availability> reach() {
        return hello().map(hello -> List.<Check>of())
                .onErrorResume(
                        MongoException.class, error -> unreachable.check(error).map(List::of))
                .onErrorReturn(Reason::isClosedClient, List.of(Unreachable.closed()))
                .map(Availability::new);
    }

    private Mono<BsonDocument> hello() {
        return server.retry()
                .around(Mono.defer(() -> Mono.from(client.getDatabase("admin")
                        .runCommand(ServerFacts.command("hello"), client.getReadPreference(), BsonDocument.class))));
    }

    /** @param streams of no interest where the deployment has none */
    private Mono<List<Check>> check(
            ServerFacts facts, StreamPlans plan, List<Check> streams, Map<String, Position> positions) {
        List<Check> checks = new ArrayList<>(DeploymentRules.check(facts));
        ForeignServer.check(facts, client.getClusterDescription()).forEach(checks::add);
        checks.addAll(FeatureRules.check(facts, plan));
        if (!new Availability(checks).usable()) {
            return Mono.just(checks);
        }
        return Flux.concat(
                        Flux.fromIterable(checks),
                        Flux.fromIterable(streams),
                        new PipelineTrial(server).check(facts, plan),
                        new ImageSettings(server).check(plan).flatMapIterable(images -> images),
                        new OplogPositions(server).check(facts, plan, positions).flatMapIterable(kept -> kept))
                .collectList();
    }

    private Flux<Check> streams(StreamPlans plan) {
        StreamOpening opening = new StreamOpening(server);
        return Flux.fromIterable(plan.streams())
                .flatMapSequential(
                        stream -> opening.attempt(StreamCommand.of(stream))
                                .map(answer -> StreamRules.check(stream, answer)),
                        CONCURRENCY);
    }
}
