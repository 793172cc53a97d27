package dev.onchange.examples.inventory.rows;

import dev.onchange.ChangeListeners;
import dev.onchange.checkpoint.Position;
import dev.onchange.examples.inventory.Journal;
import dev.onchange.examples.inventory.Shop;
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;
import org.bson.BsonDocument;
import org.bson.Document;

/** The tokens of events and those of quiet batches move the position on, and all of them can be started after. */
final class Row09Tokens implements Row {

    @Override
    public int number() {
        return 9;
    }

    @Override
    public String title() {
        return "Tokens";
    }

    @Override
    public String declares() {
        return "a kept position, and tokens of aggregate, getMore and event";
    }

    @Override
    public Result run(Shop shop) {
        Arrivals first = new Arrivals();
        BsonDocument ofAggregate;
        BsonDocument ofGetMore;
        try (ChangeListeners listeners = shop.listeners(first).start()) {
            Position opened = await(listeners, position -> position.token() != null);
            Shop.run(shop.house().getCollection("elsewhere").insertOne(new Document()));
            Position moved = await(listeners, position -> position.token() != null && position.isAfter(opened));
            ofAggregate = Objects.requireNonNull(opened.token());
            ofGetMore = Objects.requireNonNull(moved.token());
            shop.insert("one", 1);
            shop.insert("two", 1);
            first.journal().await(2);
        }
        String moved = ofAggregate.equals(ofGetMore) ? "stayed" : "moved on while another collection was written";
        return new Result(
                "status().handler(\"arrivals\").position(), and startAfter with a token of aggregate, getMore and event",
                List.of(
                        "moved on while another collection was written",
                        "aggregate [insert one, insert two]",
                        "getMore [insert one, insert two]",
                        "event [insert two]"),
                List.of(
                        moved,
                        "aggregate " + startedAfter(shop, ofAggregate, 2),
                        "getMore " + startedAfter(shop, ofGetMore, 2),
                        "event " + startedAfter(shop, first.tokens().get(0), 1)),
                List.of(
                        "aggregate " + ofAggregate.toJson(),
                        "getMore   " + ofGetMore.toJson(),
                        "event     " + first.tokens().get(0).toJson()));
    }

    /** The position as soon as it is as wanted. */
    private static Position await(ChangeListeners listeners, Predicate<Position> wanted) {
        Journal.await(() -> {
            Position position = listeners.status().handler(Arrivals.ID).position();
            return position != null && wanted.test(position);
        });
        return Objects.requireNonNull(listeners.status().handler(Arrivals.ID).position());
    }

    private static List<String> startedAfter(Shop shop, BsonDocument token, int count) {
        Arrivals again = new Arrivals();
        try (ChangeListeners listeners =
                shop.listeners(again).startAfter(Arrivals.ID, token).start()) {
            again.journal().await(count);
        }
        return again.journal().lines();
    }
}
