package dev.onchange.spring;

import com.mongodb.MongoClientSettings;
import dev.onchange.ChangeListeners;
import dev.onchange.ChangeListenersBuilder;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.boot.mongodb.autoconfigure.MongoClientSettingsBuilderCustomizer;
import org.springframework.boot.mongodb.autoconfigure.MongoConnectionDetails;
import org.springframework.boot.mongodb.autoconfigure.MongoProperties;

/** Spring Boot's own way from {@code spring.mongodb.*} to a client; loaded only where that part of Boot is there. */
final class BootSettings {

    private static final String NETTY =
            ListenersSource.BOOTS_CLIENT + "$NettyDriverMongoClientSettingsBuilderCustomizer";

    private BootSettings() {}

    /** The same settings as those of the client that Boot makes, but for its transport if Boot has chosen Netty. */
    static ChangeListenersBuilder builder(MongoClientSettings settings, ListableBeanFactory beans) {
        MongoClientSettings.Builder customized = MongoClientSettings.builder(settings);
        beans.getBeanProvider(MongoClientSettingsBuilderCustomizer.class)
                .orderedStream()
                .filter(customizer -> !isForOneClient(customizer.getClass()))
                .forEach(customizer -> customizer.customize(customized));
        return withDatabase(ChangeListeners.builder(customized.build()), beans);
    }

    /**
     * Whether a customizer is to be called for one client only. That of Netty makes an event loop group at each call, and closes
     * the last one with the context: the threads of the others would keep the process from ending.
     */
    static boolean isForOneClient(Class<?> customizer) {
        return customizer.getName().equals(NETTY);
    }

    /** The database of Boot's own property, which comes before the one of the connection string, as Spring Data has it. */
    static ChangeListenersBuilder withDatabase(ChangeListenersBuilder builder, ListableBeanFactory beans) {
        MongoProperties properties =
                beans.getBeanProvider(MongoProperties.class).getIfAvailable();
        String named = properties == null ? null : properties.getDatabase();
        MongoConnectionDetails details =
                beans.getBeanProvider(MongoConnectionDetails.class).getIfAvailable();
        String database =
                named == null && details != null ? details.getConnectionString().getDatabase() : named;
        return database == null ? builder : builder.database(database);
    }
}
