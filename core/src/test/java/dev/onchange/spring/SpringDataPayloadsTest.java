package dev.onchange.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.onchange.OnChange;
import dev.onchange.spring.Context.Seen;
import java.time.Duration;
import org.bson.codecs.pojo.annotations.BsonId;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.data.annotation.Id;
import org.springframework.data.mongodb.core.convert.MappingMongoConverter;
import org.springframework.data.mongodb.core.convert.MongoConverter;
import org.springframework.data.mongodb.core.convert.NoOpDbRefResolver;
import org.springframework.data.mongodb.core.mapping.MongoMappingContext;

class SpringDataPayloadsTest {

    private final Context context = new Context();

    @AfterEach
    void cleanUp() {
        context.close();
    }

    @Test
    void the_contexts_converter_reads_payloads_and_the_driver_those_with_its_own_annotations() {
        withConverter().withBean(Entities.class).withBean(OfDriver.class).run(app -> {
            context.insert("inventory", 1);

            await().atMost(Duration.ofSeconds(60)).until(() -> context.seen.size() == 2);
            assertThat(context.seen).containsExactlyInAnyOrder(new Entity(1), new Plain(1));
        });
    }

    @Test
    void an_entity_is_refused_where_no_converter_reads_it() {
        context.runner().withBean(Entities.class).run(this::assertRefused);
        withConverter()
                .withPropertyValues("onchange.payloads=driver")
                .withBean(Entities.class)
                .run(this::assertRefused);
    }

    private void assertRefused(org.springframework.boot.test.context.assertj.AssertableApplicationContext app) {
        assertThat(app)
                .getFailure()
                .hasStackTraceContaining("ONC-1108")
                .hasStackTraceContaining("is mapped by Spring Data (@Id)");
    }

    private ApplicationContextRunner withConverter() {
        return context.runner().withBean(MongoConverter.class, () -> {
            MappingMongoConverter converter =
                    new MappingMongoConverter(NoOpDbRefResolver.INSTANCE, new MongoMappingContext());
            converter.afterPropertiesSet();
            return converter;
        });
    }

    record Entity(@Id int number) {}

    record Plain(@BsonId int number) {}

    static final class Entities {
        private final Seen seen;

        Entities(Seen seen) {
            this.seen = seen;
        }

        @OnChange(collection = "inventory", operation = "insert")
        void arrived(Entity item) {
            seen.note(item);
        }
    }

    static final class OfDriver {
        private final Seen seen;

        OfDriver(Seen seen) {
            this.seen = seen;
        }

        @OnChange(collection = "inventory", operation = "insert")
        void arrived(Plain item) {
            seen.note(item);
        }
    }
}
