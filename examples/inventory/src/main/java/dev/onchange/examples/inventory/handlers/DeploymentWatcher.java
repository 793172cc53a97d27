package dev.onchange.examples.inventory.handlers;

import dev.onchange.ChangeEvent;
import dev.onchange.OnChange;
import dev.onchange.Scope;
import dev.onchange.examples.inventory.Journal;
import jakarta.inject.Inject;
import org.bson.Document;

/** Sees new documents in every database of the shop, wherever on the deployment. */
public final class DeploymentWatcher {

    private final Journal journal;

    /** @param journal where it says so */
    @Inject
    public DeploymentWatcher(Journal journal) {
        this.journal = journal;
    }

    @OnChange(
            id = "deployment",
            scope = Scope.DEPLOYMENT,
            operation = "insert",
            match = "{ 'ns.db': { $regex: '^${shop.database}' } }")
    void somewhere(ChangeEvent<Document> change) {
        journal.add("deployment " + change.namespace());
    }
}
