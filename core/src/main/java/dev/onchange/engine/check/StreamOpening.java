package dev.onchange.engine.check;

import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonString;
import reactor.core.publisher.Mono;

/** Opens a change stream and closes it again: what the server says to that, it will say to the listeners. */
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
