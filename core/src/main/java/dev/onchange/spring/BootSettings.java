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

    private BootSettings() {}

    /** The same settings as those of the client that Boot makes. */
    static ChangeListenersBuilder builder(MongoClientSettings settings, ListableBeanFactory beans) {
        MongoClientSettings.Builder customized = MongoClientSettings.builder(settings);
        beans.getBeanProvider(MongoClientSettingsBuilderCustomizer.class)
                .orderedStream()
                .forEach(customizer -> customizer.customize(customized));
        return withDatabase(ChangeListeners.builder(customized.build()), beans);
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
