package dev.onchange.faults;

import static java.util.Objects.requireNonNull;

import dev.onchange.ChangeEvent;
import org.bson.Document;

/** One write to one key: the versions of a key count from 1, whatever is done to it. */
record Write(String operation, int key, int version) {

    static final String VERSION = "v";

    /** A delete says nothing of versions, but its pre-image has the one before. */
    static Write of(ChangeEvent<Document> change) {
        String operation = change.operationName();
        int key = requireNonNull(change.documentKey()).getInt32("_id").getValue();
        int version = switch (operation) {
            case "insert" -> requireNonNull(change.fullDocument()).getInteger(VERSION);
            case "update" ->
                requireNonNull(requireNonNull(change.updateDescription()).getUpdatedFields())
                        .getInt32(VERSION)
                        .getValue();
            case "delete" -> requireNonNull(change.fullDocumentBeforeChange()).getInteger(VERSION) + 1;
            default -> throw new IllegalArgumentException("nobody writes " + change.raw());
        };
        return new Write(operation, key, version);
    }

    static Write parse(String line) {
        String[] words = line.split(" ");
        return new Write(words[0], Integer.parseInt(words[1]), Integer.parseInt(words[2]));
    }

    String line() {
        return operation + " " + key + " " + version;
    }
}
