package dev.onchange.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.mongodb.reactivestreams.client.ClientSession;
import com.mongodb.reactivestreams.client.MongoClient;
import dev.onchange.OnChange;
import dev.onchange.spring.Context.Seen;
import java.time.Duration;
import org.bson.codecs.pojo.annotations.BsonId;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.data.annotation.Id;
import org.springframework.data.mongodb.ReactiveMongoDatabaseFactory;
import org.springframework.data.mongodb.core.SimpleReactiveMongoDatabaseFactory;
import org.springframework.data.mongodb.core.convert.MappingMongoConverter;
import org.springframework.data.mongodb.core.convert.MongoConverter;
import org.springframework.data.mongodb.core.convert.NoOpDbRefResolver;
import org.springframework.data.mongodb.core.mapping.MongoMappingContext;

@ExtendWith(OutputCaptureExtension.class)
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

    @Test
    void transactions_that_repositories_do_not_take_part_in_are_told(CapturedOutput output) {
        withDatabases()
                .run(app -> assertThat(output)
                        .contains("ONC-1514 " + Transfer.class.getName()
                                + "#moved: It is transactional, and the listeners have a client"));
    }

    @Test
    void repositories_take_part_in_transactions_of_a_client_that_is_shared(CapturedOutput output) {
        withDatabases().withPropertyValues("onchange.client=shared").run(app -> {
            assertThat(app).hasNotFailed();
            assertThat(output).doesNotContain("ONC-1514");
        });
    }

    private ApplicationContextRunner withDatabases() {
        return context.runner().withBean(Transfer.class).withUserConfiguration(Databases.class);
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

    static final class Transfer {

        @OnChange(collection = "inventory", operation = "insert", transactional = true)
        void moved(Plain item, ClientSession session) {}
    }

    @Configuration(proxyBeanMethods = false)
    static class Databases {

        @Bean
        ReactiveMongoDatabaseFactory databases(MongoClient client) {
            return new SimpleReactiveMongoDatabaseFactory(client, "shop");
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
