package dev.onchange.examples.inventory.rows;

import static java.util.Objects.requireNonNull;

import dev.onchange.ChangeEvent;
import dev.onchange.ChangeListeners;
import dev.onchange.OnChange;
import dev.onchange.examples.inventory.Journal;
import dev.onchange.examples.inventory.Shop;
import dev.onchange.problem.ProblemCode;
import java.util.List;
import org.bson.Document;

/** An own pipeline changes what arrives; stages that change streams do not have are refused. */
final class Row05Pipeline implements Row {

    @Override
    public int number() {
        return 5;
    }

    @Override
    public String title() {
        return "Modify the output";
    }

    @Override
    public String declares() {
        return "a pipeline that adds a field, one of every stage, two wrong ones";
    }

    /** What Alice orders, with a field that the server adds. */
    record Alice(Journal journal) {

        @OnChange(
                id = "alice",
                collection = "orders",
                pipeline = {
                    "{ $match: { 'fullDocument.username': 'alice' } }",
                    "{ $addFields: { newField: 'this is an added field!' } }"
                })
        void ordered(ChangeEvent<Document> change) {
            journal.add("alice "
                    + requireNonNull(change.documentKey()).getInt32("_id").getValue() + " "
                    + change.raw().getString("newField").getValue());
        }
    }

    /** Every stage that change streams have. */
    record EveryStage(Journal journal) {

        @OnChange(
                id = "every stage",
                collection = "orders",
                pipeline = {
                    "{ $match: { operationType: 'insert' } }",
                    "{ $addFields: { added: 1 } }",
                    "{ $set: { set: 2 } }",
                    "{ $redact: { $cond: [{ $eq: ['$hidden', true] }, '$$PRUNE', '$$KEEP'] } }",
                    "{ $project: { fullDocument: 1, added: 1, set: 1 } }",
                    "{ $replaceRoot: { newRoot: { $mergeObjects: ['$$ROOT', { root: 3 }] } } }",
                    "{ $replaceWith: { $mergeObjects: ['$$ROOT', { with: 4 }] } }",
                    "{ $unset: 'set' }"
                })
        void ordered(ChangeEvent<Document> change) {
            journal.add("every stage " + change.raw().keySet());
        }
    }

    /** A stage that change streams do not have: a default for a placeholder, as written out it would not compile. */
    static final class Counts {

        @OnChange(id = "counts", collection = "orders", pipeline = "${counting:{ $group: { _id: '$operationType' } }}")
        void counted(Document count) {}
    }

    /** A pipeline that loses the token, which would not compile either. */
    static final class Tokenless {

        @OnChange(id = "tokenless", collection = "orders", pipeline = "${shape:{ $project: { _id: 0 } }}")
        void lost(Document event) {}
    }

    @Override
    public Result run(Shop shop) {
        Journal alice = new Journal();
        Journal every = new Journal();
        try (ChangeListeners listeners =
                shop.listeners(new Alice(alice), new EveryStage(every)).start()) {
            for (Document order : List.of(order(1, "bob"), order(2, "alice"))) {
                Shop.run(shop.house().getCollection("orders").insertOne(order));
            }
            alice.await(1);
            every.await(2);
        }
        Refusal group = Refusal.of(shop.listeners(new Counts()));
        Refusal tokenless = Refusal.of(shop.listeners(new Tokenless()));
        String all = "every stage [_id, fullDocument, added, root, with]";
        String refused = "refused " + ProblemCode.INVALID_PIPELINE.id();
        return new Result(
                Declared.by(Alice.class, EveryStage.class, Counts.class, Tokenless.class),
                List.of("alice 2 this is an added field!", all, all, refused, refused),
                List.of(
                        String.join(", ", alice.lines()),
                        every.lines().isEmpty() ? "" : every.lines().get(0),
                        every.lines().size() < 2 ? "" : every.lines().get(1),
                        group.codes(),
                        tokenless.codes()),
                List.of(String.join(" ", group.message()), String.join(" ", tokenless.message())));
    }

    private static Document order(int number, String user) {
        return new Document("_id", number).append("username", user);
    }
}
