package dev.onchange.engine.stream;

import static org.assertj.core.api.Assertions.assertThat;

import com.mongodb.MongoClientException;
import com.mongodb.MongoCommandException;
import com.mongodb.MongoOperationTimeoutException;
import com.mongodb.MongoSecurityException;
import com.mongodb.MongoSocketReadException;
import com.mongodb.ServerAddress;
import dev.onchange.engine.stream.StreamFailure.Fatal;
import dev.onchange.engine.stream.StreamFailure.Passing;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.stream.Stream;
import javax.security.sasl.SaslException;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the server answers is tested with a server; here is what only a broken connection brings about. */
class StreamFailureTest {

    static Stream<Throwable> brokenConnections() {
        return Stream.of(
                new MongoSocketReadException("Prematurely reached end of stream", new ServerAddress()),
                new MongoClientException("Cluster was closed during server selection"),
                new MongoOperationTimeoutException("Timeout while receiving message"),
                new StreamFailure.NoAnswer(Duration.ofSeconds(16)),
                loggingIn(new MongoSocketReadException("Prematurely reached end of stream", new ServerAddress())),
                loggingIn(nullIn("com.mongodb.internal.connection.AsynchronousChannelStream")),
                loggingIn(new SaslException("No ticket", new ConnectException("Connection refused"))),
                loggingIn(new UncheckedIOException(new SocketTimeoutException("no token in time"))),
                nullIn("com.mongodb.internal.connection.AsynchronousChannelStream"));
    }

    @ParameterizedTest
    @MethodSource("brokenConnections")
    void a_broken_connection_passes(Throwable error) {
        assertThat(StreamFailure.of(error)).isInstanceOf(Passing.class);
    }

    @Test
    void an_error_of_programs_does_not() {
        assertThat(StreamFailure.of(nullIn("com.acme.Codec"))).isInstanceOf(Fatal.class);
        assertThat(StreamFailure.of(new IllegalStateException("state should be: open")))
                .isInstanceOf(Fatal.class);
    }

    @Test
    void neither_does_a_refusal_of_credentials() {
        assertThat(StreamFailure.of(new MongoSecurityException(null, "wrong password")))
                .isInstanceOf(Fatal.class);
        assertThat(StreamFailure.of(loggingIn(new SaslException("The server's signature is invalid"))))
                .isInstanceOf(Fatal.class);
        assertThat(StreamFailure.of(loggingIn(refusal(18)))).isInstanceOf(Fatal.class);
        assertThat(StreamFailure.of(loggingIn(refusal(8000)))).isInstanceOf(Fatal.class);
        assertThat(StreamFailure.of(loggingIn(refusal(13)))).isInstanceOf(Fatal.class);
    }

    private static MongoSecurityException loggingIn(Throwable cause) {
        return new MongoSecurityException(null, "Exception authenticating", cause);
    }

    private static MongoCommandException refusal(int code) {
        return new MongoCommandException(new BsonDocument("code", new BsonInt32(code)), new ServerAddress());
    }

    private static NullPointerException nullIn(String type) {
        NullPointerException error = new NullPointerException("the channel is null");
        error.setStackTrace(new StackTraceElement[] {new StackTraceElement(type, "write", "Source.java", 1)});
        return error;
    }
}
