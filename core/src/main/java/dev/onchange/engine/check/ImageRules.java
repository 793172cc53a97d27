package dev.onchange.engine.check;

import dev.onchange.Scope;
import dev.onchange.engine.scan.HandlerSpec;
import dev.onchange.engine.scan.WatchedScope;
import dev.onchange.problem.ProblemCode;
import dev.onchange.status.Check;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.bson.BsonArray;
import org.bson.BsonBoolean;
import org.bson.BsonDocument;
import org.bson.BsonValue;

/** Judges, for one handler, which of its collections record images. */
final class ImageRules {

    /** So many collections are named in a message. */
    private static final int NAMED = 5;

    private ImageRules() {}

    /**
     * @param required whether the stream fails at a change without its image
     * @param collections the answers to {@code listCollections} by database
     */
    static Check check(HandlerSpec handler, boolean required, Map<String, Answer> collections) {
        String name = "images for " + handler.id();
        List<String> without = new ArrayList<>();
        boolean found = false;
        for (Map.Entry<String, Answer> database : collections.entrySet()) {
            if (!isWatched(handler.watched(), database.getKey())) {
                continue;
            }
            if (!(database.getValue() instanceof Answer.Given given)) {
                return unknown(name, database.getKey(), database.getValue());
            }
            for (BsonValue described : given.reply().getArray("collections", new BsonArray())) {
                BsonDocument collection = described.asDocument();
                if (isWatched(handler.watched(), collection)) {
                    found = true;
                    if (!records(collection)) {
                        without.add(database.getKey() + "." + name(collection));
                    }
                }
            }
        }
        if (!without.isEmpty()) {
            return missing(name, without, required, handler);
        }
        return found || handler.watched().scope() != Scope.COLLECTION
                ? Check.ok(name, "Recorded on " + handler.watched() + ".")
                : notThereYet(name, handler);
    }

    private static Check unknown(String name, String database, Answer answer) {
        return Check.unknown(
                name,
                "The options of the collections of " + database + " are not told: " + answer.why() + ".",
                "To have it checked, grant the account listCollections on the database " + database + ".");
    }

    private static Check missing(String name, List<String> without, boolean required, HandlerSpec handler) {
        String places = String.join(", ", without.subList(0, Math.min(NAMED, without.size())))
                + (without.size() > NAMED ? " and " + (without.size() - NAMED) + " more" : "");
        String collection = without.get(0).substring(without.get(0).indexOf('.') + 1);
        String todo = "Switch them on with db.runCommand({collMod: \"" + collection
                + "\", changeStreamPreAndPostImages: {enabled: true}})";
        return required
                ? Check.failure(
                                name,
                                "No images are recorded on " + places
                                        + ", and REQUIRED ends the stream at the first change without one.",
                                todo + ", or ask for WHEN_AVAILABLE at " + handler.where() + ".")
                        .under(ProblemCode.IMAGES_NOT_RECORDED)
                : Check.warning(
                        name,
                        "No images are recorded on " + places + ": the handler gets null in their place.",
                        todo + ".");
    }

    private static Check notThereYet(String name, HandlerSpec handler) {
        return Check.warning(
                name,
                handler.watched() + " does not exist yet; created by its first insert, it records no images.",
                "Create it with db.createCollection(\"" + handler.watched().collection()
                        + "\", {changeStreamPreAndPostImages: {enabled: true}}).");
    }

    private static boolean isWatched(WatchedScope watched, String database) {
        return watched.scope() == Scope.DEPLOYMENT || watched.database().equals(database);
    }

    private static boolean isWatched(WatchedScope watched, BsonDocument collection) {
        String name = name(collection);
        boolean plain = collection.getString("type").getValue().equals("collection") && !name.startsWith("system.");
        return plain
                && (watched.scope() != Scope.COLLECTION || watched.collection().equals(name));
    }

    private static String name(BsonDocument collection) {
        return collection.getString("name").getValue();
    }

    private static boolean records(BsonDocument collection) {
        return collection
                .getDocument("options", new BsonDocument())
                .getDocument("changeStreamPreAndPostImages", new BsonDocument())
                .getBoolean("enabled", BsonBoolean.FALSE)
                .getValue();
    }
}
