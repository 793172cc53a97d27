package dev.onchange.examples.inventory.rows;

import dev.onchange.ChangeListeners;
import dev.onchange.Grouping;
import dev.onchange.examples.inventory.Shop;
import dev.onchange.problem.ProblemCode;
import java.util.ArrayList;
import java.util.List;
import org.bson.BsonDocument;

/** Goes on after a token that the user gives, and after an {@code invalidate} as well. */
final class Row08StartAfter implements Row {

    @Override
    public int number() {
        return 8;
    }

    @Override
    public String title() {
        return "startAfter";
    }

    @Override
    public String declares() {
        return "startAfter the token of \"one\", then of an invalidate";
    }

    @Override
    public Result run(Shop shop) {
        Arrivals first = new Arrivals();
        try (ChangeListeners listeners =
                shop.listeners(first).grouping(Grouping.PER_SCOPE).start()) {
            shop.insert("one", 1);
            shop.insert("two", 1);
            first.journal().await(2);
            Shop.run(shop.inventory().drop());
            first.journal().await(4);
        }
        shop.insert("three", 1);
        BsonDocument ofOne = first.tokens().get(0);
        BsonDocument ofInvalidate = first.tokens().get(first.tokens().size() - 1);
        List<String> received = new ArrayList<>(first.journal().lines());
        received.addAll(startedAfter(shop, ofOne, 4));
        received.addAll(startedAfter(shop, ofInvalidate, 1));
        Refusal refusal = Refusal.of(
                shop.listeners(new Arrivals()).grouping(Grouping.PER_SCOPE).resumeAfter(Arrivals.ID, ofInvalidate));
        received.add(refusal.codes());
        return new Result(
                "startAfter(\"arrivals\", token of \"one\"), then the token of the invalidate, which resumeAfter refuses",
                List.of(
                        "insert one",
                        "insert two",
                        "drop",
                        "invalidate",
                        "insert two",
                        "drop",
                        "invalidate",
                        "insert three",
                        "insert three",
                        "refused " + ProblemCode.RESUME_TOKEN_REFUSED.id()),
                received,
                refusal.message());
    }

    private static List<String> startedAfter(Shop shop, BsonDocument token, int count) {
        Arrivals again = new Arrivals();
        try (ChangeListeners listeners = shop.listeners(again)
                .grouping(Grouping.PER_SCOPE)
                .startAfter(Arrivals.ID, token)
                .start()) {
            again.journal().await(count);
        }
        return again.journal().lines();
    }
}
