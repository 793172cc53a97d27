package dev.onchange.engine.check;

import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonString;
import reactor.core.publisher.Mono;

/** Opens a change stream and closes it again: the server will answer the listeners in the same way. */
final class StreamOpening {

    private final ServerQuestions server;

    StreamOpening(ServerQuestions server) {
        this.server = server;
    }

    Mono<Answer> attempt(StreamCommand stream) {
        return server.ask(stream.database(), stream.command())
                .flatMap(answer -> answer instanceof Answer.Given given
                        ? close(given.reply().getDocument("cursor")).thenReturn(answer)
                        : Mono.just(answer));
    }

    private Mono<Answer> close(BsonDocument cursor) {
        String namespace = cursor.getString("ns").getValue();
        int dot = namespace.indexOf('.');
        return server.ask(
                namespace.substring(0, dot),
                new BsonDocument("killCursors", new BsonString(namespace.substring(dot + 1)))
                        .append("cursors", new BsonArray(java.util.List.of(cursor.get("id")))));
    }
}
