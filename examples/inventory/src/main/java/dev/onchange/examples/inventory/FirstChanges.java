package dev.onchange.examples.inventory;

import com.mongodb.client.model.Filters;
import dev.onchange.ChangeListeners;
import dev.onchange.OnChange;
import dev.onchange.examples.inventory.handlers.AuditTrail;
import dev.onchange.examples.inventory.handlers.Reorder;
import java.io.PrintStream;
import java.lang.reflect.Method;
import java.util.List;
import java.util.stream.Stream;

/** Two handlers and four changes: prints what is declared, what is changed, and what is called then. */
final class FirstChanges {

    private final Shop shop;
    private final PrintStream out;
    private final Journal audits = new Journal();
    private final Journal orders = new Journal();
    private int audited;
    private int ordered;

    FirstChanges(Shop shop, PrintStream out) {
        this.shop = shop;
        this.out = out;
    }

    /** @throws IllegalStateException if a handler was not called as it is declared */
    void show() {
        List<Object> handlers = List.of(new AuditTrail(audits), new Reorder(orders));
        handlers.forEach(handler -> declared(handler.getClass()));
        try (ChangeListeners listeners = shop.listeners(handlers.toArray()).start()) {
            print("opened", listeners.plan().streams().size() + " change stream for both");
            change("insert lamp, qty 12", () -> shop.insert("lamp", 12), 0);
            change("update lamp, qty 11", () -> shop.setQty("lamp", 11), 0);
            change("update lamp, qty 9", () -> shop.setQty("lamp", 9), 1);
            change("delete lamp", () -> Shop.run(shop.inventory().deleteOne(Filters.eq("lamp"))), 0);
        }
    }

    private void declared(Class<?> type) {
        for (Method method : type.getDeclaredMethods()) {
            OnChange declared = method.getAnnotation(OnChange.class);
            if (declared != null) {
                print("declared", "%-9s %s".formatted(method.getName(), text(declared)));
            }
        }
    }

    private static String text(OnChange declared) {
        String collection = declared.collection();
        return String.join(
                ", ",
                Stream.of(
                                collection.isEmpty() ? "the whole database" : "collection " + collection,
                                declared.operation().length == 0 ? "" : String.join("|", declared.operation()),
                                declared.match())
                        .filter(part -> !part.isEmpty())
                        .toList());
    }

    /** The audit trail is called for each change. */
    private void change(String what, Runnable change, int newOrders) {
        print("changed", what);
        change.run();
        audited = called("audit", audits, audited, 1);
        ordered = called("lowStock", orders, ordered, newOrders);
    }

    private int called(String handler, Journal journal, int before, int more) {
        int now = before + more;
        journal.await(now);
        List<String> lines = journal.lines();
        if (lines.size() != now) {
            throw new IllegalStateException("%s was called %d times, not %d".formatted(handler, lines.size(), now));
        }
        for (String line : lines.subList(before, now)) {
            print("called", "%-9s %s".formatted(handler, line.replaceFirst("^" + handler + " ", "")));
        }
        return now;
    }

    private void print(String what, String line) {
        out.printf("  %-9s %s%n", what, line.replace(shop.database() + ".", "").strip());
    }
}
