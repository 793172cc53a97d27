package dev.onchange.status;

import java.time.Duration;
import org.bson.BsonDocument;
import org.jspecify.annotations.Nullable;

/**
 * A change that is in flight for longer than the listeners were told to expect.
 *
 * @param token the {@code _data} of its resume token
 * @param key the document that it concerns; null if none
 * @param inFlight for how long the handler has been at it, waits for further attempts included; or, if the handler is at
 *     no change, for how long it has been kept from beginning one
 */
public record Overdue(String token, @Nullable BsonDocument key, Duration inFlight) {}
