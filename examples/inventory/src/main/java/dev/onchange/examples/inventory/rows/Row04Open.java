package dev.onchange.examples.inventory.rows;

import dev.onchange.ChangeListeners;
import dev.onchange.examples.inventory.Journal;
import dev.onchange.examples.inventory.Shop;
import dev.onchange.examples.inventory.handlers.Reorder;
import dev.onchange.inject.Instances;
import java.util.List;
import java.util.stream.IntStream;

/** After {@code start()} has returned no write is missed. The handlers are found by their package. */
final class Row04Open implements Row {

    private static final int ITEMS = 50;

    @Override
    public int number() {
        return 4;
    }

    @Override
    public String title() {
        return "Open";
    }

    @Override
    public String declares() {
        return "scan(package), and 50 inserts as soon as start() returns";
    }

    @Override
    public Result run(Shop shop) {
        Journal journal = new Journal();
        try (ChangeListeners listeners = shop.listeners()
                .scan("dev.onchange.examples.inventory.handlers")
                .instances(Instances.ofConstructors(journal))
                .start()) {
            for (int item = 0; item < ITEMS; item++) {
                shop.insert("item " + item, item);
            }
            Journal.await(() -> audits(journal).size() >= ITEMS);
        }
        List<String> expected = IntStream.range(0, ITEMS)
                .mapToObj(item -> "audit insert %s.inventory %s".formatted(shop.database(), text(item)))
                .toList();
        return new Result(
                "scan(\"%s\"), then at once %d inserts".formatted(Reorder.class.getPackageName(), ITEMS),
                expected,
                audits(journal));
    }

    private static List<String> audits(Journal journal) {
        return journal.lines().stream().filter(line -> line.startsWith("audit")).toList();
    }

    private static String text(int item) {
        return new org.bson.Document("_id", "item " + item).append("qty", item).toString();
    }
}
