package dev.onchange.spring;

import dev.onchange.ChangeListenersBuilder;
import dev.onchange.Cluster;
import dev.onchange.Grouping;
import dev.onchange.HistoryLost;
import dev.onchange.LookUp;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.context.ApplicationContext;

/**
 * The properties {@code onchange.*}. What is not set keeps the default of {@link ChangeListenersBuilder}.
 *
 * @param enabled whether there are listeners at all
 * @param autoStartup whether they start with the application context
 * @param client which client reads the change streams
 * @param database the database of handlers that name none; by default the one of {@code spring.mongodb.*}
 * @param stateDatabase the database of positions and dead letters
 * @param grouping how readily handlers share a stream
 * @param lookUp who reads the current documents of updates
 * @param payloads who reads documents to payloads where Spring Data is there
 * @param plugins a folder of jars with handlers, which is followed while listening
 * @param onHistoryLost what follows when the oplog no longer holds a position
 * @param batchSize how many changes the server sends at a time at most
 * @param maxAwaitTime how long the server waits for changes before it says that there are none
 * @param answerTimeout how long the server may take to answer beyond that, before its connection counts as dead
 * @param checkpointInterval how often positions are saved
 * @param checkpointAfter after how many changes they are saved earlier
 * @param stopTimeout how long stopping waits for handlers to finish what they have begun
 * @param handlerTimeout how long one call of a handler may take
 * @param inFlightLimit for how long a handler may be at one change before its health is down
 * @param health from which values on handlers are degraded or down
 * @param instance a name of this instance that a restart keeps
 * @param cluster how several instances share the handlers
 * @param lease for how long an instance owns its handlers after its last sign of life
 */
@SuppressWarnings("exports") // the framework is required where it is used
@ConfigurationProperties("onchange")
public record OnChangeProperties(
        @DefaultValue("true") boolean enabled,
        @DefaultValue("true") boolean autoStartup,
        @DefaultValue("own") Client client,
        @Nullable String database,
        @Nullable String stateDatabase,
        @Nullable Grouping grouping,
        @Nullable LookUp lookUp,
        @DefaultValue("spring-data") Payloads payloads,
        @Nullable Path plugins,
        @Nullable HistoryLost onHistoryLost,
        @Nullable Integer batchSize,
        @Nullable Duration maxAwaitTime,
        @Nullable Duration answerTimeout,
        @Nullable Duration checkpointInterval,
        @Nullable Long checkpointAfter,
        @Nullable Duration stopTimeout,
        @Nullable Duration handlerTimeout,
        @Nullable Duration inFlightLimit,
        @Nullable HealthProperties health,
        @Nullable String instance,
        Cluster.@Nullable Mode cluster,
        @Nullable Duration lease) {

    /** Which client reads the change streams. */
    public enum Client {
        /**
         * One of the listeners' own, of the same settings as the application's: open streams take no connection from the
         * application, and the positions of quiet handlers move on with the server's own tokens. A client that the
         * application has made itself is shared all the same, as its settings are not known.
         */
        OWN,
        /** The application's. */
        SHARED
    }

    /** Who reads documents to payloads. */
    public enum Payloads {
        /** Spring Data's {@code MongoConverter}, if the context has one, except for classes with the driver's annotations. */
        SPRING_DATA,
        /** The driver's codecs; a class with Spring Data's annotations is refused. */
        DRIVER
    }

    /** Whether the handlers of a context are to be called at all. */
    static boolean enabledIn(ApplicationContext context) {
        return context.getEnvironment().getProperty("onchange.enabled", Boolean.class, true);
    }

    void applyTo(ChangeListenersBuilder builder) {
        apply(builder, "database", database, ChangeListenersBuilder::database);
        apply(builder, "state-database", stateDatabase, ChangeListenersBuilder::stateDatabase);
        apply(builder, "grouping", grouping, ChangeListenersBuilder::grouping);
        apply(builder, "look-up", lookUp, ChangeListenersBuilder::lookUp);
        apply(builder, "plugins", plugins, (listeners, folder) -> listeners.plugins(folder));
        apply(builder, "on-history-lost", onHistoryLost, ChangeListenersBuilder::onHistoryLost);
        apply(builder, "batch-size", batchSize, ChangeListenersBuilder::batchSize);
        apply(builder, "max-await-time", maxAwaitTime, ChangeListenersBuilder::maxAwaitTime);
        apply(builder, "answer-timeout", answerTimeout, ChangeListenersBuilder::answerTimeout);
        apply(builder, "checkpoint-after", checkpointAfter, ChangeListenersBuilder::checkpointAfter);
        apply(builder, "checkpoint-interval", checkpointInterval, ChangeListenersBuilder::checkpointInterval);
        apply(builder, "stop-timeout", stopTimeout, ChangeListenersBuilder::stopTimeout);
        apply(builder, "handler-timeout", handlerTimeout, ChangeListenersBuilder::handlerTimeout);
        apply(builder, "in-flight-limit", inFlightLimit, ChangeListenersBuilder::inFlightLimit);
        apply(builder, "health", health, (listeners, limits) -> limits.applyTo(listeners));
        apply(builder, "instance", instance, ChangeListenersBuilder::instance);
        if (cluster != null || lease != null) {
            apply(builder, "lease", settings(), ChangeListenersBuilder::cluster);
        }
    }

    private Cluster settings() {
        Cluster ofMode = new Cluster(
                Objects.requireNonNullElse(cluster, Cluster.Mode.USUAL),
                Cluster.usual().lease());
        return lease == null ? ofMode : ofMode.withLease(lease);
    }

    /** What the builder refuses is told of the property, as Spring Boot tells it of values that it cannot read. */
    private static <T> void apply(
            ChangeListenersBuilder builder,
            String property,
            @Nullable T value,
            BiConsumer<ChangeListenersBuilder, T> setting) {
        if (value != null) {
            try {
                setting.accept(builder, value);
            } catch (IllegalArgumentException e) {
                throw new InvalidConfigurationPropertyValueException(
                        "onchange." + property, value, String.valueOf(e.getMessage()));
            }
        }
    }
}
