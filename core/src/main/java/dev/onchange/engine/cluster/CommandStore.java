package dev.onchange.engine.cluster;

import java.util.List;
import java.util.Map;
import org.bson.BsonDocument;
import org.bson.types.ObjectId;
import reactor.core.publisher.Mono;

/**
 * What instances ask of the owners of units, and which handlers are to be paused wherever they are. Each write changes single
 * documents; an operation that fails may have been done all the same, and may be repeated.
 */
public interface CommandStore {

    /** Adds commands, unless they are there, and tells all members. */
    Mono<Void> ask(List<Command> commands);

    /** All that are not done. */
    Mono<List<Command>> open();

    /** An owner is about to carry a command out; false if it was withdrawn or is done. */
    Mono<Boolean> begin(Command.Key key, ObjectId owner);

    /** The owner that has begun a command has done it. */
    Mono<Void> end(Command.Key key, ObjectId owner, BsonDocument result);

    /** All units of one command, but for those that were withdrawn. */
    Mono<List<Command>> of(ObjectId id);

    /** Removes what of one command nobody has begun. */
    Mono<Void> withdraw(ObjectId id);

    /** Removes one command, whose results are known. */
    Mono<Void> forget(ObjectId id);

    /** Removes one command, whatever has become of it, and tells all members. */
    Mono<Void> cancel(ObjectId id);

    /** Removes commands whose results nobody has fetched for long. */
    Mono<Void> removeOld();

    /** The handlers that were paused or resumed, by id: true if they are to be paused. */
    Mono<Map<String, Boolean>> paused();

    /** Lets a handler be paused, or not, in whatever instance it begins. */
    Mono<Void> setPaused(String handler, boolean paused);
}
