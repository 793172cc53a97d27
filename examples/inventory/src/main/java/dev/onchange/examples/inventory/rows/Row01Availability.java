package dev.onchange.examples.inventory.rows;

import com.mongodb.client.model.ChangeStreamPreAndPostImagesOptions;
import com.mongodb.client.model.CreateCollectionOptions;
import com.mongodb.client.model.changestream.FullDocumentBeforeChange;
import dev.onchange.ChangeEvent;
import dev.onchange.ChangeListeners;
import dev.onchange.OnChange;
import dev.onchange.examples.inventory.Journal;
import dev.onchange.examples.inventory.Shop;
import dev.onchange.examples.inventory.handlers.Reorder;
import dev.onchange.problem.Problem;
import dev.onchange.problem.ProblemCode;
import dev.onchange.status.Availability;
import dev.onchange.status.Check;
import java.util.ArrayList;
import java.util.List;
import org.bson.Document;

/** The server is asked whether it can do what the handlers want, before anything is opened. */
final class Row01Availability implements Row {

    @Override
    public int number() {
        return 1;
    }

    @Override
    public String title() {
        return "Availability";
    }

    @Override
    public String declares() {
        return "a handler that wants pre-images, on a collection without and with them";
    }

    /** Wants the document before the change, which only collections with pre-images keep. */
    static final class Prices {

        @OnChange(
                id = "prices",
                collection = "prices",
                operation = "update",
                fullDocumentBeforeChange = FullDocumentBeforeChange.REQUIRED)
        void changed(ChangeEvent<Document> change) {}
    }

    @Override
    public Result run(Shop shop) {
        Shop.run(shop.house().createCollection("prices"));
        Availability without = shop.listeners(new Prices()).check();
        Shop.run(shop.house().getCollection("prices").drop());
        Shop.run(shop.house()
                .createCollection(
                        "prices",
                        new CreateCollectionOptions()
                                .changeStreamPreAndPostImagesOptions(new ChangeStreamPreAndPostImagesOptions(true))));
        try (ChangeListeners listeners =
                shop.listeners(new Prices(), new Reorder(new Journal())).start()) {
            Availability with = listeners.availability();
            List<String> details = new ArrayList<>();
            with.checks().forEach(check -> details.add(line(check)));
            without.problems().forEach(problem -> details.add("without pre-images: " + problem));
            return new Result(
                    "builder.check() and listeners.availability() for " + Declared.by(Prices.class, Reorder.class),
                    List.of("usable", "without pre-images " + ProblemCode.IMAGES_NOT_RECORDED.id()),
                    List.of(verdict(with), "without pre-images " + verdict(without)),
                    details);
        }
    }

    private static String verdict(Availability availability) {
        return availability.usable()
                ? "usable"
                : String.join(
                        " ",
                        availability.problems().stream()
                                .map(Problem::code)
                                .map(ProblemCode::id)
                                .toList());
    }

    private static String line(Check check) {
        return "%-7s %s: %s %s".formatted(check.result(), check.name(), check.detail(), check.todo());
    }
}
