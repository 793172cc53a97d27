package dev.onchange.listening;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.AppenderBase;
import dev.onchange.ChangeListeners;
import dev.onchange.ChangeListenersBuilder;
import dev.onchange.OnChange;
import dev.onchange.Retry;
import dev.onchange.deadletter.DeadLetterFilter;
import dev.onchange.localmongo.LocalMongo;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import org.bson.Document;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** Whatever is logged, thrown or told, by the listeners or by the driver at INFO, the password is not in it. */
class SecretsTest {

    private static final String PASSWORD = "s3cr3t-p4ssw0rd";

    private static LocalMongo mongo;

    private final Lines lines = new Lines();
    private final List<String> told = new CopyOnWriteArrayList<>();
    private final Map<Logger, Level> levels =
            Map.of(logger("dev.onchange"), Level.DEBUG, logger("org.mongodb.driver"), Level.INFO);
    private final Map<Logger, Level> before =
            Map.copyOf(levels.keySet().stream().collect(Collectors.toMap(logger -> logger, Logger::getEffectiveLevel)));
    private final Ground ground = new Ground(mongo.connectionString());

    @BeforeAll
    static void start() {
        mongo = LocalMongo.builder().credentials("root", PASSWORD).start();
    }

    @AfterAll
    static void stop() {
        mongo.close();
    }

    @BeforeEach
    void listen() {
        lines.start();
        levels.forEach((logger, level) -> {
            logger.setLevel(level);
            logger.setAdditive(false);
            logger.addAppender(lines);
        });
    }

    @AfterEach
    void clear() {
        levels.keySet().forEach(logger -> {
            logger.detachAppender(lines);
            logger.setAdditive(true);
            logger.setLevel(before.get(logger));
        });
        ground.close();
    }

    @Test
    void of_listeners_that_run_fail_and_break_off_nobody_learns_the_password() {
        ChangeListenersBuilder builder = ground.builder(new Failing()).listener(event -> told.add(event.toString()));

        told.add(builder.plan().toString());
        told.add(builder.check().toString());
        try (ChangeListeners listeners = builder.start()) {
            ground.insert("items", 1);
            await().until(() ->
                    listeners.deadLetters().count(DeadLetterFilter.all()).block() == 1);
            told.add(listeners.plan().toString());
            told.add(listeners.availability().toString());
            told.add(listeners
                    .deadLetters()
                    .list(DeadLetterFilter.all())
                    .collectList()
                    .block()
                    .toString());
            mongo.primary().restart();
            await().until(() -> told.stream().anyMatch(event -> event.startsWith("StreamReopening")));
            told.add(listeners.status().toString());
        }

        assertThat(lines.all).anyMatch(line -> line.contains("Listening")).anyMatch(line -> line.contains("Monitor"));
        assertSecret();
    }

    @Test
    void of_listeners_that_cannot_start_nobody_learns_the_password() {
        String uri = mongo.connectionString();
        String host = URI.create(uri.replace("mongodb:", "http:")).getHost();
        List<String> wrong = List.of(
                uri.replace("root:", "nobody:"),
                "mongodb://root:" + PASSWORD + "@" + host + ":1/?serverSelectionTimeoutMS=300",
                "mongodb://root:" + PASSWORD + "@127.0.0.1:port/",
                "mongodb://root:" + PASSWORD + "@x@127.0.0.1/",
                "mongodb+srv://root:" + PASSWORD + "@127.0.0.1/?serverSelectionTimeoutMS=300",
                "mongo://root:" + PASSWORD + "@127.0.0.1/");

        for (String each : wrong) {
            Throwable refusal = catchThrowable(() -> ground.prepared(ChangeListeners.builder(each), new Failing())
                    .start());
            StringWriter text = new StringWriter();
            refusal.printStackTrace(new PrintWriter(text));
            told.add(text.toString());
        }

        assertThat(told).hasSameSizeAs(wrong);
        assertSecret();
    }

    private void assertSecret() {
        assertThat(told).allSatisfy(text -> assertThat(text).doesNotContain(PASSWORD));
        assertThat(lines.all).isNotEmpty().allSatisfy(text -> assertThat(text).doesNotContain(PASSWORD));
    }

    private static Logger logger(String name) {
        return (Logger) LoggerFactory.getLogger(name);
    }

    /** What was logged, with stack traces. */
    private static final class Lines extends AppenderBase<ILoggingEvent> {

        final List<String> all = new CopyOnWriteArrayList<>();

        @Override
        protected void append(ILoggingEvent event) {
            List<String> parts = new ArrayList<>(List.of(event.getFormattedMessage()));
            IThrowableProxy thrown = event.getThrowableProxy();
            if (thrown != null) {
                parts.add(ThrowableProxyUtil.asString(thrown));
            }
            all.add(String.join("\n", parts));
        }
    }

    static final class Failing {

        @OnChange(id = "failing", collection = "items", retry = @Retry(attempts = 1))
        void received(Document item) {
            throw new IllegalStateException("this handler fails");
        }
    }
}
