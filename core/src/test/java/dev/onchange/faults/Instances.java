package dev.onchange.faults;

import static org.awaitility.Awaitility.await;

import com.mongodb.client.model.Filters;
import com.mongodb.connection.ServerDescription;
import com.mongodb.reactivestreams.client.MongoClient;
import com.mongodb.reactivestreams.client.MongoClients;
import dev.onchange.faults.Calls.Call;
import dev.onchange.faults.InstanceProgram.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.bson.Document;
import org.bson.types.ObjectId;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Processes of {@link InstanceProgram} that share their handlers, and what they have done together. */
final class Instances implements AutoCloseable {

    private static final List<String> STATE = List.of(
            "onchange.leaders",
            "onchange.members",
            "onchange.units",
            "onchange.commands",
            "onchange.paused",
            "onchange.positions");

    private final String database;
    private final Path folder;
    private final Settings settings;
    private final MongoClient client;
    private final List<Instance> living = new ArrayList<>();
    private final List<Calls> calls = new ArrayList<>();

    /** A process, and the network between it and the server. */
    record Instance(Consumer process, Proxy proxy, Calls calls) {

        /** When it began to connect to the server, as the times of calls. */
        long connecting() throws IOException {
            return Long.parseLong(process.told().strip());
        }
    }

    /**
     * What became of the writes.
     *
     * @param calls of each recording handler, of each term one run
     * @param overlapping calls that ended after another instance had taken the handler over, at most of any handler
     * @param uncounted writes that took no effect in a transaction
     * @param severalTimes writes that took effect several times in transactions
     */
    record Result(Map<String, Tally> calls, long overlapping, long uncounted, long severalTimes) {

        int repeated() {
            return calls.values().stream().mapToInt(Tally::repeated).sum();
        }

        boolean allHandled() {
            return calls.values().stream().allMatch(tally -> tally.lost() == 0) && uncounted == 0;
        }

        boolean nothingLost() {
            return calls.values().stream().allMatch(Tally::nothingLost) && uncounted == 0;
        }
    }

    Instances(String connectionString, String database, Path folder, Settings settings) {
        this.database = database;
        this.folder = folder;
        folder.toFile().mkdirs();
        this.settings = settings;
        this.client = MongoClients.create(connectionString);
    }

    /** Starts one with the usual settings. */
    Instance start() throws IOException {
        return start(settings, Map.of());
    }

    /** Starts one that reaches the server, which has one node, through a network of its own. */
    Instance start(Settings other, Map<String, String> environment) throws IOException {
        Path file = folder.resolve("instance" + calls.size());
        Calls told = new Calls(file);
        calls.add(told);
        Proxy proxy = Proxy.to(address());
        Consumer process = Consumer.start(
                environment,
                InstanceProgram.class,
                "mongodb://" + proxy.address() + "/?directConnection=true",
                database,
                file,
                other.line());
        Instance instance = new Instance(process, proxy, told);
        living.add(instance);
        return instance;
    }

    private String address() {
        await().atMost(Patience.LIMIT)
                .until(() -> client.getClusterDescription().getServerDescriptions().stream()
                        .anyMatch(ServerDescription::isPrimary));
        return client.getClusterDescription()
                .getServerDescriptions()
                .get(0)
                .getAddress()
                .toString();
    }

    /** The handlers that tell their calls. */
    List<String> recorders() {
        return settings.recorders();
    }

    List<Instance> living() {
        return living;
    }

    void kill(Instance instance) throws IOException {
        living.remove(instance);
        instance.process().kill();
        instance.proxy().close();
    }

    /** Ends it in an orderly way. */
    void end(Instance instance) throws IOException {
        living.remove(instance);
        instance.process().end();
        instance.proxy().close();
    }

    /** The handlers of an instance, by the documents of the cluster. */
    Set<String> handlersOf(Instance instance) {
        Map<String, ObjectId> owners = state("onchange.units")
                .collect(Collectors.toMap(unit -> unit.getString("_id"), unit -> unit.getObjectId("owner")))
                .block(Patience.LIMIT);
        Set<ObjectId> members = state("onchange.members")
                .filter(member -> member.get("process", Document.class).getLong("pid")
                        == instance.process().pid())
                .map(member -> member.getObjectId("_id"))
                .collect(Collectors.toSet())
                .block(Patience.LIMIT);
        return owners.keySet().stream()
                .filter(unit -> members.contains(owners.get(unit)))
                .collect(Collectors.toSet());
    }

    /** The documents of a collection of the state database. */
    Flux<Document> state(String collection) {
        return Flux.from(client.getDatabase(database + "_state")
                .getCollection(collection)
                .find());
    }

    /** The handlers that have not handled a write, some of them in other processes than one. */
    Set<String> missing(Write write, Set<String> elsewhere, Instance victim) {
        Set<String> missing = new HashSet<>(settings.recorders());
        for (Calls each : calls) {
            for (Call call : each.all()) {
                if (call.write().equals(write) && !(each == victim.calls() && elsewhere.contains(call.handler()))) {
                    missing.remove(call.handler());
                }
            }
        }
        if (settings.counts() && !isCounted(write)) {
            missing.add(InstanceProgram.COUNTER);
        }
        return missing;
    }

    /** Keeps what explains why something has not come: the documents of the cluster, and what each process says of itself. */
    void explain(Path to) throws IOException {
        Files.createDirectories(to);
        for (String collection : STATE) {
            List<String> documents = state(collection)
                    .map(document -> document.toJson() + "\n")
                    .collectList()
                    .block(Patience.LIMIT);
            Files.writeString(to.resolve(collection), String.join("", documents));
        }
        for (Instance each : living) {
            each.process().explain();
        }
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Files.copy(file, to.resolve(file.getFileName()), StandardCopyOption.REPLACE_EXISTING);
            }
        }
    }

    private boolean isCounted(Write write) {
        return Mono.from(client.getDatabase(database)
                        .getCollection(InstanceProgram.TOTALS)
                        .find(Filters.eq(write.line())))
                .hasElement()
                .block(Patience.LIMIT);
    }

    /** Of all handlers together, those in transactions too. */
    long handled() {
        Map<String, Set<Write>> seen = new HashMap<>();
        calls.forEach(each -> each.all()
                .forEach(call -> seen.computeIfAbsent(call.handler(), any -> new HashSet<>())
                        .add(call.write())));
        return seen.values().stream().mapToLong(Set::size).sum()
                + Mono.from(client.getDatabase(database)
                                .getCollection(InstanceProgram.TOTALS)
                                .countDocuments())
                        .block(Patience.LIMIT);
    }

    /** How often all handlers together have to handle so many writes. */
    long handlings(int writes) {
        return (settings.handlers() + (settings.counts() ? 1L : 0)) * writes;
    }

    Result result(Set<Write> written) {
        Map<String, Tally> tallies = new TreeMap<>();
        long overlapping = 0;
        for (String handler : settings.recorders()) {
            TreeMap<Long, List<Call>> terms = terms(handler);
            List<List<Write>> runs = terms.values().stream()
                    .map(run -> run.stream().map(Call::write).toList())
                    .toList();
            tallies.put(handler, Tally.of(written, runs));
            overlapping = Math.max(overlapping, overlapping(terms));
        }
        Map<String, Integer> effects = Flux.from(client.getDatabase(database)
                        .getCollection(InstanceProgram.TOTALS)
                        .find())
                .collectMap(total -> total.getString("_id"), total -> total.getInteger(InstanceProgram.TIMES))
                .block(Patience.LIMIT);
        return new Result(
                tallies,
                overlapping,
                written.stream()
                        .filter(write -> settings.counts() && !effects.containsKey(write.line()))
                        .count(),
                effects.values().stream().filter(times -> times != 1).count());
    }

    /** The calls of a handler that is not divided, by its terms. */
    TreeMap<Long, List<Call>> terms(String handler) {
        TreeMap<Long, List<Call>> terms = new TreeMap<>();
        calls.forEach(each -> each.all().stream()
                .filter(call -> call.handler().equals(handler))
                .forEach(call -> terms.computeIfAbsent(call.term(), any -> new ArrayList<>())
                        .add(call)));
        return terms;
    }

    /** Calls that were told of after the first call of a later term. */
    private static long overlapping(TreeMap<Long, List<Call>> runs) {
        long overlapping = 0;
        long laterBegan = Long.MAX_VALUE;
        for (List<Call> run : runs.descendingMap().values()) {
            long began = laterBegan;
            overlapping += run.stream().filter(call -> call.at() > began).count();
            laterBegan = Math.min(laterBegan, run.get(0).at());
        }
        return overlapping;
    }

    @Override
    public void close() throws IOException {
        for (Instance each : List.copyOf(living)) {
            kill(each);
        }
        client.close();
    }
}
