package dev.onchange.engine.check;

import com.mongodb.MongoException;
import dev.onchange.engine.message.Reason;
import java.util.Optional;
import java.util.function.Function;
import org.bson.BsonDocument;

/** What the server said to one question. */
sealed interface Answer {

    int API_STRICT_ERROR = 323;

    /** It answered. */
    record Given(BsonDocument reply) implements Answer {
        @Override
        public String why() {
            return "";
        }
    }

    /** The account may not run the command, or this server does not know it. */
    record NotAllowed(int code, String why) implements Answer {}

    /** It cannot answer at present, though it was asked again and again. */
    record NotNow(MongoException error) implements Answer {
        @Override
        public String why() {
            return Reason.of(error);
        }
    }

    /** It failed. */
    record Failed(int code, String why) implements Answer {}

    /** Something of the answer; empty if there is none. */
    default <T> Optional<T> map(Function<BsonDocument, T> part) {
        return this instanceof Given given ? Optional.ofNullable(part.apply(given.reply())) : Optional.empty();
    }

    /** Why there is no answer; empty if there is one. */
    String why();

    /** What lets it be asked. */
    default String todo() {
        return this instanceof NotAllowed refused && refused.code() == API_STRICT_ERROR
                ? "A strict Stable API lacks the command; a client whose serverApi is not strict may ask."
                : "To have it checked, grant the account the role clusterMonitor; hosted servers often cannot.";
    }
}
