package dev.onchange.examples.inventory.handlers;

import com.mongodb.client.model.changestream.UpdateDescription;
import dev.onchange.ChangeEvent;
import dev.onchange.OnChange;
import dev.onchange.examples.inventory.Journal;
import jakarta.inject.Inject;
import java.util.Objects;
import org.bson.Document;

/** Writes down whatever happens in the shop's database, in collections that are yet to come as well. */
public final class AuditTrail {

    private final Journal journal;

    /** @param journal where to */
    @Inject
    public AuditTrail(Journal journal) {
        this.journal = journal;
    }

    @OnChange(id = "audit")
    void audit(ChangeEvent<Document> change) {
        UpdateDescription update = change.updateDescription();
        Object what = update == null ? change.fullDocument() : update.getUpdatedFields();
        journal.add("audit %s %s %s"
                .formatted(change.operationName(), change.namespace(), Objects.requireNonNullElse(what, "")));
    }
}
