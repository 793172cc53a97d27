package dev.onchange.spring;

import dev.onchange.ChangeListenersBuilder;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.data.mongodb.ReactiveMongoDatabaseFactory;
import org.springframework.data.mongodb.core.convert.MongoConverter;

/** What the listeners take from Spring Data; loaded only where it is there. */
final class SpringDataParts {

    private SpringDataParts() {}

    /** Lets reactive repositories take part in transactions of handlers; they must have the client of the listeners. */
    static void joinTransactions(BeanFactory beans, ChangeListenersBuilder builder) {
        ReactiveMongoDatabaseFactory databases =
                beans.getBeanProvider(ReactiveMongoDatabaseFactory.class).getIfUnique();
        if (databases != null) {
            builder.interceptor(new SpringTransactions(databases));
        }
    }

    /** Lets the context's converter read payloads; without one the driver's codecs do. */
    static void readBy(BeanFactory beans, ChangeListenersBuilder builder) {
        MongoConverter converter = beans.getBeanProvider(MongoConverter.class).getIfUnique();
        if (converter != null) {
            builder.payloadCodecs(new SpringDataCodecs(converter));
        }
    }
}
