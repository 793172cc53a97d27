package dev.onchange.examples.inventory.rows;

import dev.onchange.ChangeListeners;
import dev.onchange.examples.inventory.Journal;
import dev.onchange.examples.inventory.Shop;
import dev.onchange.examples.inventory.handlers.AuditTrail;
import dev.onchange.examples.inventory.handlers.DeploymentWatcher;
import dev.onchange.examples.inventory.handlers.Reorder;
import java.util.List;
import org.bson.Document;

/** Watches a collection, a database and the deployment; none of their collections and databases exists yet. */
final class Row03Watch implements Row {

    @Override
    public int number() {
        return 3;
    }

    @Override
    public String title() {
        return "Watch";
    }

    @Override
    public String declares() {
        return "handlers of a collection, of a database, of the deployment";
    }

    @Override
    public Result run(Shop shop) {
        Journal orders = new Journal();
        Journal trail = new Journal();
        Journal everywhere = new Journal();
        List<String> plan;
        try (ChangeListeners listeners = shop.listeners(
                        new Reorder(orders), new AuditTrail(trail), new DeploymentWatcher(everywhere))
                .start()) {
            plan = listeners.plan().toString().lines().toList();
            shop.insert("lamp", 12);
            shop.setQty("lamp", 11);
            shop.setQty("lamp", 9);
            Shop.run(shop.house().getCollection("suppliers").insertOne(new Document("_id", "Ada")));
            Shop.run(shop.branch().getCollection("inventory").insertOne(new Document("_id", "desk")));
            orders.await(1);
            trail.await(4);
            everywhere.await(3);
        }
        return new Result(
                Declared.by(Reorder.class, AuditTrail.class, DeploymentWatcher.class),
                List.of(
                        "collection [reorder lamp, 9 left]",
                        "database 4",
                        "deployment [deployment %s.inventory, deployment %s.suppliers, deployment %s.inventory]"
                                .formatted(
                                        shop.database(),
                                        shop.database(),
                                        shop.branch().getName())),
                List.of(
                        "collection " + orders.lines(),
                        "database " + trail.lines().size(),
                        "deployment " + everywhere.lines()),
                plan);
    }
}
