package dev.onchange.listening;

import com.mongodb.event.CommandListener;
import com.mongodb.event.CommandStartedEvent;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.bson.BsonDocument;
import org.bson.BsonString;
import org.bson.BsonValue;

/** The look-ups that a client sends. */
final class SentCommands implements CommandListener {

    private static final BsonString COMMENT = new BsonString("onchange look-up");

    private final List<BsonDocument> lookUps = new CopyOnWriteArrayList<>();

    @Override
    public void commandStarted(CommandStartedEvent event) {
        if (COMMENT.equals(event.getCommand().get("comment"))) {
            lookUps.add(BsonDocument.parse(event.getCommand().toJson()));
        }
    }

    int lookUps() {
        return lookUps.size();
    }

    /** The values of {@code _id} that were asked for. */
    List<BsonValue> ids() {
        return lookUps.stream()
                .map(find -> find.getDocument("filter").getDocument("_id"))
                .flatMap(id -> id.containsKey("$in")
                        ? id.getArray("$in").getValues().stream()
                        : List.of(id.get("$eq")).stream())
                .toList();
    }
}
