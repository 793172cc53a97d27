package dev.onchange.listening;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Stream;
import org.slf4j.LoggerFactory;

/** What a logger was given, until it is closed; for any thread. */
final class LogEntries implements AutoCloseable {

    private final Queue<ILoggingEvent> entries = new ConcurrentLinkedQueue<>();
    private final Logger logger;
    private final AppenderBase<ILoggingEvent> appender = new AppenderBase<>() {
        @Override
        protected void append(ILoggingEvent entry) {
            entries.add(entry);
        }
    };

    LogEntries(String name) {
        logger = (Logger) LoggerFactory.getLogger(name);
        appender.start();
        logger.addAppender(appender);
    }

    Stream<ILoggingEvent> stream() {
        return entries.stream();
    }

    @Override
    public void close() {
        logger.detachAppender(appender);
    }
}
