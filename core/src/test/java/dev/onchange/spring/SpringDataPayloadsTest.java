package dev.onchange.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.mongodb.reactivestreams.client.ClientSession;
import com.mongodb.reactivestreams.client.MongoClient;
import dev.onchange.OnChange;
import dev.onchange.spring.Context.Seen;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.time.Duration;
import java.util.List;
import org.bson.Document;
import org.bson.codecs.pojo.annotations.BsonId;
import org.bson.codecs.pojo.annotations.BsonProperty;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.convert.converter.Converter;
import org.springframework.data.annotation.Id;
import org.springframework.data.convert.ReadingConverter;
import org.springframework.data.mongodb.ReactiveMongoDatabaseFactory;
import org.springframework.data.mongodb.core.SimpleReactiveMongoDatabaseFactory;
import org.springframework.data.mongodb.core.convert.MappingMongoConverter;
import org.springframework.data.mongodb.core.convert.MongoConverter;
import org.springframework.data.mongodb.core.convert.MongoCustomConversions;
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
    void a_handler_says_by_which_of_several_converters_or_that_the_driver_reads_its_payloads() {
        context.runner()
                .withUserConfiguration(Converters.class)
                .withBean(Mapped.class)
                .run(app -> {
                    context.insert("inventory", 1);

                    await().atMost(Duration.ofSeconds(60)).until(() -> context.seen.size() == 3);
                    assertThat(context.seen)
                            .containsExactlyInAnyOrder(new Read("first", 1), new Read("second", 1), new Named(1));
                });
    }

    @Test
    void a_handler_overrides_what_is_said_for_all() {
        withConverter()
                .withPropertyValues("onchange.payloads=driver")
                .withBean(ByConverter.class)
                .run(app -> {
                    context.insert("inventory", 1);

                    await().atMost(Duration.ofSeconds(60)).until(() -> context.seen.size() == 1);
                    assertThat(context.seen).containsExactly(new Entity(1));
                });
        withConverter().withBean(EntityOfDriver.class).run(this::assertRefused);
    }

    @Test
    void a_converter_that_is_not_there_is_told_with_those_that_are() {
        context.runner()
                .withUserConfiguration(Converters.class)
                .withBean(Misnamed.class)
                .run(app -> assertThat(app)
                        .getFailure()
                        .hasStackTraceContaining("ONC-1108 " + Misnamed.class.getName()
                                + "#arrived @PayloadMapping: The application context has no MongoConverter \"third\". Name"
                                + " one of these by converter: first, second."));
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

    record Read(String by, int number) {}

    /** Which the converters of the test do not read. */
    record Named(@BsonProperty("_id") int number) {}

    static final class Mapped {
        private final Seen seen;

        Mapped(Seen seen) {
            this.seen = seen;
        }

        @OnChange(id = "a", collection = "inventory", operation = "insert")
        @PayloadMapping(converter = "first")
        void first(Read item) {
            seen.note(item);
        }

        @OnChange(id = "b", collection = "inventory", operation = "insert")
        @BySecond
        void second(Read item) {
            seen.note(item);
        }

        @OnChange(id = "c", collection = "inventory", operation = "insert")
        void byDriver(Named item) {
            seen.note(item);
        }
    }

    @Retention(RetentionPolicy.RUNTIME)
    @PayloadMapping(converter = "second")
    @interface BySecond {}

    @PayloadMapping
    static final class ByConverter {
        private final Seen seen;

        ByConverter(Seen seen) {
            this.seen = seen;
        }

        @OnChange(collection = "inventory", operation = "insert")
        void arrived(Entity item) {
            seen.note(item);
        }
    }

    @PayloadMapping
    static final class EntityOfDriver {

        @OnChange(collection = "inventory", operation = "insert")
        @PayloadMapping(OnChangeProperties.Payloads.DRIVER)
        void arrived(Entity item) {}
    }

    static final class Misnamed {

        @OnChange(collection = "inventory", operation = "insert")
        @PayloadMapping(converter = "third")
        void arrived(Read item) {}
    }

    @Configuration(proxyBeanMethods = false)
    static class Converters {

        @Bean
        MongoConverter first() {
            return converter("first");
        }

        @Bean
        MongoConverter second() {
            return converter("second");
        }

        private static MongoConverter converter(String name) {
            MappingMongoConverter converter =
                    new MappingMongoConverter(NoOpDbRefResolver.INSTANCE, new MongoMappingContext());
            converter.setCustomConversions(new MongoCustomConversions(List.of(new ReadConverter(name))));
            converter.afterPropertiesSet();
            return converter;
        }
    }

    @ReadingConverter
    private record ReadConverter(String by) implements Converter<Document, Read> {

        @Override
        public Read convert(Document document) {
            return new Read(by, document.getInteger("_id"));
        }
    }

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
