package dev.onchange.examples.inventory.rows;

import dev.onchange.ChangeListeners;
import dev.onchange.examples.inventory.Journal;
import dev.onchange.examples.inventory.Shop;
import dev.onchange.examples.inventory.handlers.Feed;
import java.util.List;

/** Events of another shape arrive as document, record and class of that shape. */
final class Row11Projection implements Row {

    @Override
    public int number() {
        return 11;
    }

    @Override
    public String title() {
        return "A shape of one's own";
    }

    @Override
    public String declares() {
        return "a pipeline to another shape, as Document, record and class";
    }

    @Override
    public Result run(Shop shop) {
        Journal journal = new Journal();
        try (ChangeListeners listeners = shop.listeners(new Feed(journal)).start()) {
            shop.insert("lamp", 5);
            journal.await(3);
            shop.setQty("lamp", 4);
            journal.await(6);
        }
        return new Result(
                Declared.by(Feed.class),
                List.of(
                        "Document lamp 4 update",
                        "Document lamp 5 insert",
                        "class lamp 4 update",
                        "class lamp 5 insert",
                        "record lamp 4 update",
                        "record lamp 5 insert"),
                journal.lines().stream().sorted().toList());
    }
}
