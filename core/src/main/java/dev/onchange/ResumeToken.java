package dev.onchange;

import org.bson.BsonDocument;

/**
 * The token of a change, as a parameter of a handler: with it a stream can go on after the change, and two changes of a
 * deployment can be told apart.
 *
 * @param document as {@link ChangeEvent#resumeToken} and {@link ChangeListenersBuilder#resumeAfter} have it
 */
public record ResumeToken(BsonDocument document) {}
